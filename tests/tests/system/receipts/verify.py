"""Checks a receipt with libraries of in-toto and DSSE alone: verify.py BUNDLE PEM"""
import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
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
provenance = ParseDict(said["predicate"], Provenance(), ignore_unknown_fields=True)
assert provenance.build_definition.build_type and provenance.run_details.builder.id
assert provenance.run_details.metadata.finished_on.seconds > 0
print(said["subject"][0]["name"])
