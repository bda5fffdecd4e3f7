// What a Node program does with Gatehouse by openid-client and jose, unmodified. The test says which flow:
//   node oauth-client.mjs <flow>     with ISSUER, AUDIENCE and what the flow needs in the environment
// Writes "ok <what was seen>", or fails with a status that is not 0.
import { readFile } from 'node:fs/promises';
import { strict as assert } from 'node:assert';
import * as client from 'openid-client';
import * as jose from 'jose';

const { ISSUER, AUDIENCE, CLIENT_ID, CLIENT_SECRET, CLIENT_KEY, USERNAME, PASSWORD, DPOP_ALGORITHM } = process.env;
const listing = new URL('/samples', ISSUER);

const versionOf = async (name) => JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const discover = (id, authentication) => client.discovery(new URL(ISSUER), id, undefined, authentication, { execute: [client.allowInsecureRequests] });

const authentications = {
  client_secret_basic: () => client.ClientSecretBasic(CLIENT_SECRET),
  client_secret_post: () => client.ClientSecretPost(CLIENT_SECRET),
  private_key_jwt: async () => {
    const jwk = JSON.parse(CLIENT_KEY);
    return client.PrivateKeyJwt({ key: await jose.importJWK(jwk, 'ES256'), kid: jwk.kid });
  },
};

async function verify(config, token) {
  const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  return (await jose.jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt' })).payload;
}

async function createBinding(config) {
  const pair = await client.randomDPoPKeyPair(DPOP_ALGORITHM ?? 'ES256');
  return { pair, handle: client.getDPoPHandle(config, pair), thumbprint: await jose.calculateJwkThumbprint(await jose.exportJWK(pair.publicKey)) };
}

async function proveByJose(pair, url, nonce) {
  const algorithm = DPOP_ALGORITHM ?? 'ES256';
  const { kty, crv, x, y, n, e } = await jose.exportJWK(pair.publicKey);
  return new jose.SignJWT({ htm: 'POST', htu: url.href, jti: crypto.randomUUID(), nonce })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk: { kty, crv, x, y, n, e } })
    .setIssuedAt()
    .sign(pair.privateKey);
}

async function signIn(pair) {
  const url = new URL('/authenticate', ISSUER);
  const post = async (nonce) => fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(pair && { dpop: await proveByJose(pair, url, nonce) }) },
    body: JSON.stringify({ username: USERNAME, password: PASSWORD }),
  });
  let response = await post();
  if (response.status === 401 && response.headers.has('dpop-nonce')) {
    response = await post(response.headers.get('dpop-nonce'));
  }

  assert.equal(response.status, 200);
  return response.json();
}

const flows = {
  async client_credentials(method) {
    const config = await discover(CLIENT_ID, await authentications[method]());
    assert(config.serverMetadata().token_endpoint_auth_methods_supported.includes(method));
    const tokens = await client.clientCredentialsGrant(config, { scope: 'samples:read' });
    const claims = await verify(config, tokens.access_token);
    assert.equal(claims.client_id, CLIENT_ID);
    const response = await client.fetchProtectedResource(config, tokens.access_token, listing, 'GET');
    assert.equal(response.status, 200);
    return `${tokens.token_type} ${claims.scope}`;
  },

  async introspection_and_revocation(method) {
    const config = await discover(CLIENT_ID, await authentications[method]());
    const tokens = await client.clientCredentialsGrant(config);
    const before = await client.tokenIntrospection(config, tokens.access_token);
    assert.equal(before.active, true);
    assert.equal(before.client_id, CLIENT_ID);
    await client.tokenRevocation(config, tokens.access_token);
    const after = await client.tokenIntrospection(config, tokens.access_token);
    assert.deepEqual(after, { active: false });
    await assert.rejects(client.fetchProtectedResource(config, tokens.access_token, listing, 'GET'), (error) => error instanceof client.WWWAuthenticateChallengeError);
    return 'revoked';
  },

  async refresh() {
    const config = await discover('gatehouse', client.None());
    const first = await signIn();
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal((await verify(config, second.access_token)).sid, (await verify(config, first.access_token)).sid);
    return second.token_type;
  },

  async dpop(method) {
    const config = await discover(CLIENT_ID, await authentications[method]());
    const { handle, thumbprint } = await createBinding(config);
    const tokens = await client.clientCredentialsGrant(config, undefined, { DPoP: handle });
    assert.equal(tokens.token_type, 'dpop');
    assert.equal((await verify(config, tokens.access_token)).cnf.jkt, thumbprint);
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).cnf.jkt, thumbprint);
    for (let request = 0; request < 3; request++) {
      const response = await client.fetchProtectedResource(config, tokens.access_token, new URL('?pageSize=5', listing), 'GET', undefined, undefined, { DPoP: handle });
      assert.equal(response.status, 200);
    }

    const bare = await fetch(listing, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(bare.status, 401);
    return tokens.token_type;
  },

  async dpop_session() {
    const config = await discover('gatehouse', client.None());
    const { pair, handle } = await createBinding(config);
    const first = await signIn(pair);
    const second = await client.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP: handle });
    const response = await client.fetchProtectedResource(config, second.access_token, listing, 'GET', undefined, undefined, { DPoP: handle });
    assert.equal(response.status, 200);
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), (error) => error.error === 'invalid_dpop_proof');
    return second.token_type;
  },
};

const [flow, ...args] = process.argv.slice(2);
const seen = await flows[flow](...args);
console.log(`ok ${seen} (openid-client ${await versionOf('openid-client')}, jose ${await versionOf('jose')}, Node ${process.version})`);
