// Verifies access tokens with libraries that know nothing of Gatehouse but its URL.
// express-oauth2-jwt-bearer, jwks-rsa, jose and oauth4webapi, each behind a path of one server.
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import jwksClient from 'jwks-rsa';
import { createPublicKey } from 'node:crypto';
import * as oauth from 'oauth4webapi';

const [issuer, audience] = process.argv.slice(2);
const app = express();

// By default it asks for an unknown key at most once in 30 seconds.
app.get('/express-oauth2-jwt-bearer', auth({ issuerBaseURL: issuer, audience, cooldownDuration: 0 }), (request, response) => response.json(request.auth.payload.sub));

// jwks-rsa finds keys only, so that jose checks the claims.
const { jwks_uri: jwksUri } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const keys = jwksClient({ jwksUri });
app.get('/jwks-rsa', async (request, response) => {
  const token = request.headers.authorization.slice('Bearer '.length);
  const findKey = async ({ kid }) => createPublicKey((await keys.getSigningKey(kid)).getPublicKey());
  const { payload } = await jwtVerify(token, findKey, { issuer, audience, typ: 'at+jwt' });
  response.json(payload.sub);
});

// It too asks for an unknown key at most once in 30 seconds by default.
const remoteKeys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 0 });
app.get('/jose', async (request, response) => {
  const token = request.headers.authorization.slice('Bearer '.length);
  const { payload } = await jwtVerify(token, remoteKeys, { issuer, audience, typ: 'at+jwt' });
  response.json(payload.sub);
});

// It keeps the keys of a discovered server for at least a minute, so each request discovers it.
const insecure = { [oauth.allowInsecureRequests]: true };
app.get('/oauth4webapi', async (request, response) => {
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
  const received = new Request(`${issuer}/orders`, { headers: { authorization: request.headers.authorization } });
  const claims = await oauth.validateJwtAccessToken(server, received, audience, insecure);
  response.json(claims.sub);
});

// What a library refuses, without the trace that Express writes.
app.use((error, request, response, next) => response.status(401).json(`${error.code ?? error.name}: ${error.message}`));

const server = app.listen(0, '127.0.0.1', () => console.log(`listening http://127.0.0.1:${server.address().port}`));
