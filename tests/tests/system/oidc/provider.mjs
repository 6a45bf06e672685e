// An OpenID provider, told what to do by lines on its standard input. The packages are resolved from the
// folder that it is started in.
//
//   node provider.mjs PORT AUDIENCE SECONDS [KEY CERTIFICATE]
//
// PORT may be 0; tokens live that many seconds. With a key and a certificate it is there by TLS, and besides
// without: it says `listening ISSUER PLAIN` when it serves, both being the same without them, and `done`
// after each order: `rotate` (new keys, the old ones stay), `forget` (new keys alone).

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const here = createRequire(`${process.cwd()}/package.json`);
const load = async (name) => import(pathToFileURL(here.resolve(name)));
const { Provider } = await load('oidc-provider');
const { exportJWK, generateKeyPair } = await load('jose');

const [port, audience, seconds, key, certificate] = process.argv.slice(2);
const lifetime = Number(seconds);

let round = 0;
async function freshKeys() {
  round += 1;
  const made = [];
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    made.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${round}-${process.pid}` });
  }
  return made;
}

const resourceServer = (resource, alg) => ({
  scope: 'operate',
  audience: resource,
  accessTokenFormat: 'jwt',
  accessTokenTTL: lifetime,
  jwt: { sign: { alg } },
});

function provide(issuer, keys) {
  const client = { redirect_uris: [], response_types: [] };
  const robot = { ...client, client_secret: 'a secret of a robot', grant_types: ['client_credentials'] };
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        client_id: 'console',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      },
      { ...robot, client_id: 'robot-rs256' },
      { ...robot, client_id: 'robot-es256' },
      { ...robot, client_id: 'robot-eddsa' },
    ],
    cookies: { keys: ['a key for cookies'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource, asking) => {
          const algs = { 'robot-es256': 'ES256', 'robot-eddsa': 'EdDSA' };
          return resourceServer(resource, algs[asking.clientId] ?? 'RS256');
        },
      },
    },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true }),
    }),
    extraTokenClaims: (ctx, token) => (token.accountId
      ? { email: `${token.accountId}@example.org`, email_verified: true }
      : undefined),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    jwks: { keys },
    ttl: {
      AccessToken: lifetime, ClientCredentials: lifetime, DeviceCode: 600, IdToken: lifetime,
      RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 3600,
    },
  });
  provider.on('server_error', (ctx, error) => console.error(error));
  return provider.callback();
}

let answer;
const handler = (request, response) => answer(request, response);
const listening = (server, at) => new Promise((resolve) => {
  server.listen(at, '127.0.0.1', () => resolve(`127.0.0.1:${server.address().port}`));
});
const plain = `http://${await listening(createServer(handler), Number(port))}`;
let issuer = plain;
if (key) {
  const pair = { key: readFileSync(key), cert: readFileSync(certificate) };
  issuer = `https://${await listening(createTlsServer(pair, handler), 0)}`;
}
let keys = await freshKeys();
answer = provide(issuer, keys);
console.log(`listening ${issuer} ${plain}`);
for await (const order of createInterface({ input: process.stdin })) {
  const fresh = await freshKeys();
  // The first key of a kind is the one that is signed with.
  keys = order === 'rotate' ? [...fresh, ...keys] : fresh;
  answer = provide(issuer, keys);
  console.log('done');
}
process.exit(0);
