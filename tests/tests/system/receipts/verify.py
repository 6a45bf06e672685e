"""Checks a receipt with libraries of in-toto and DSSE alone: verify.py BUNDLE PEM"""
import base64, json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

bundle = json.load(open(sys.argv[1]))
hint = bundle["verificationMaterial"]["publicKey"]["hint"]
key = SSlibKey.from_crypto(load_pem_public_key(open(sys.argv[2], "rb").read()), keyid=hint)
envelope = Envelope.from_dict(bundle["dsseEnvelope"])
assert len(envelope.verify([key], threshold=1)) == 1
said = json.loads(envelope.payload)
statement = Statement.copy_from_pb(ParseDict(said, statement_pb2.Statement()))
statement.validate()
print(said["subject"][0]["name"])
