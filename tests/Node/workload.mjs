// A workload that gets a token of Gatehouse by the token of its platform, with oauth4webapi and jose, unmodified:
//   node workload.mjs <type or ""> <claims>    with GATEHOUSE, AUDIENCE, PLATFORM, CLIENT_ID and REUSABLE in the environment
// It is the platform too: it publishes a discovery document and a key set at PLATFORM, and signs the claims.
// Writes "ok <what was seen>", or fails with a status that is not 0.
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';

const { GATEHOUSE, AUDIENCE, PLATFORM, CLIENT_ID, REUSABLE } = process.env;
const [type, shape] = process.argv.slice(2);
const http = { [oauth.allowInsecureRequests]: true };

const versionOf = async (name) => JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

const { publicKey, privateKey } = await jose.generateKeyPair('RS256');
const documents = {
  '/.well-known/openid-configuration': { issuer: PLATFORM, jwks_uri: `${PLATFORM}/keys`, id_token_signing_alg_values_supported: ['RS256'] },
  '/keys': { keys: [{ ...(await jose.exportJWK(publicKey)), kid: 'platform', use: 'sig', alg: 'RS256' }] },
};
const platform = createServer((request, response) => response.end(JSON.stringify(documents[request.url] ?? {}))).listen(new URL(PLATFORM).port, '127.0.0.1');

const createAssertion = (claims = {}, key = privateKey) => new jose.SignJWT({ ...JSON.parse(shape), iss: PLATFORM, ...(JSON.parse(shape).jti && { jti: crypto.randomUUID() }), ...claims })
  .setProtectedHeader({ alg: 'RS256', kid: 'platform', ...(type && { typ: type }) })
  .setIssuedAt()
  .setExpirationTime('5 minutes')
  .sign(key);

const authenticateBy = (assertion) => (server, client, body) => {
  body.set('client_id', client.client_id);
  body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  body.set('client_assertion', assertion);
};

const client = { client_id: CLIENT_ID };
const issuer = new URL(GATEHOUSE);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...http, algorithm: 'oauth2' }));

async function grant(assertion) {
  const response = await oauth.clientCredentialsGrantRequest(server, client, authenticateBy(assertion), { scope: 'samples:read' }, http);
  return oauth.processClientCredentialsResponse(server, client, response);
}

async function assertRefused(assertion) {
  const response = await oauth.clientCredentialsGrantRequest(server, client, authenticateBy(assertion), {}, http);
  assert.equal(response.status, 401);
  assert.equal((await response.clone().json()).error, 'invalid_client');
  await assert.rejects(oauth.processClientCredentialsResponse(server, client, response));
}

const assertion = await createAssertion();
const tokens = await grant(assertion);
const read = await oauth.protectedResourceRequest(tokens.access_token, 'GET', new URL('/samples', GATEHOUSE), undefined, undefined, http);
assert.equal(read.status, 200);
const { payload } = await jose.jwtVerify(tokens.access_token, jose.createRemoteJWKSet(new URL(server.jwks_uri)), { issuer: GATEHOUSE, audience: AUDIENCE, typ: 'at+jwt' });
assert.equal(payload.client_id, CLIENT_ID);
assert.equal(payload.sub, CLIENT_ID);

if (REUSABLE === 'true') {
  await grant(assertion);
} else {
  await assertRefused(assertion);
}

const stranger = await jose.generateKeyPair('RS256');
await assertRefused(await createAssertion({}, stranger.privateKey));
await assertRefused(await createAssertion({ sub: 'another-workload' }));
await assertRefused(await createAssertion({ aud: 'https://another.example' }));
await assertRefused(await createAssertion({ iss: 'https://another.example' }));

platform.close();
console.log(`ok ${payload.scope} (oauth4webapi ${await versionOf('oauth4webapi')}, jose ${await versionOf('jose')}, Node ${process.version})`);
