// A certified OpenID provider for machines: client credentials, access tokens as JWTs for one API (RFC 8707).
// Writes its issuer when it listens. A line on standard input makes it sign with new keys; the old ones stay published.
//
//   node oidc-provider.mjs AUDIENCE [PORT]

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const [audience, port = '0'] = process.argv.slice(2);
const algorithms = { 'rs256-client': 'RS256', 'es256-client': 'ES256' };
const keys = [];
let answer;

async function addKeys() {
  for (const alg of Object.values(algorithms)) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });

    // The first key of an algorithm signs.
    keys.unshift({ ...(await exportJWK(privateKey)), alg, use: 'sig' });
  }
}

function start(issuer) {
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: Object.keys(algorithms).map((id) => ({
      client_id: id,
      client_secret: 'a-secret-of-the-tests',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (context, resource, client) => ({
          audience: resource,
          scope: 'products:read products:write samples:read samples:write users:write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg: algorithms[client.clientId] } },
        }),
      },
    },
  });
  answer = provider.callback();
}

await addKeys();
const server = createServer((request, response) => answer(request, response));
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  start(issuer);
  console.log(`listening ${issuer}`);
  createInterface({ input: process.stdin }).on('line', async () => {
    await addKeys();
    start(issuer);
    console.log(`rotated ${keys.length}`);
  });
});
