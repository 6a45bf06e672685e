// Checks a sigstore bundle with the libraries of sigstore alone: node verify.mjs BUNDLE PEM
import { readFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';

const [file, pem] = process.argv.slice(2);
const bundle = bundleFromJSON(JSON.parse(readFileSync(file, 'utf8')));
const key = createPublicKey(readFileSync(pem, 'utf8'));
const { TrustedRoot } = await import('@sigstore/protobuf-specs');
const trust = toTrustMaterial(TrustedRoot.fromJSON({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' }), () => ({ publicKey: key, validFor: () => true }));
const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0, timestampThreshold: 0 });
verifier.verify(toSignedEntity(bundle));
console.log(bundle.mediaType);
