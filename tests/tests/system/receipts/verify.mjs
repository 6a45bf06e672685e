// Checks a sigstore bundle with the libraries of sigstore alone: node verify.mjs BUNDLE PEM
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';

const [file, pem] = process.argv.slice(2);
const bundle = bundleFromJSON(JSON.parse(readFileSync(file, 'utf8')));
const publicKey = createPublicKey(readFileSync(pem, 'utf8'));
// Nobody but the key is trusted: no authority, and no log of theirs.
const root = TrustedRoot.fromJSON({
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
});
const trust = toTrustMaterial(root, () => ({ publicKey, validFor: () => true }));
const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0, timestampThreshold: 0 };
new Verifier(trust, thresholds).verify(toSignedEntity(bundle));
console.log(bundle.mediaType);
