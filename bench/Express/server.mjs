// Lists the same products to the same tokens as Gatehouse does, the way Express tutorials protect a route:
//   node server.mjs <port> <issuer> <audience> <URL of the key set> <file with the page>
import { readFileSync } from 'node:fs';
import express from 'express';
import { expressjwt } from 'express-jwt';
import jwksRsa from 'jwks-rsa';

const [port, issuer, audience, jwksUri, pageFile] = process.argv.slice(2);
const page = JSON.parse(readFileSync(pageFile, 'utf8'));

const checkToken = expressjwt({
  secret: jwksRsa.expressJwtSecret({ cache: true, rateLimit: true, jwksRequestsPerMinute: 5, jwksUri }),
  audience,
  issuer,
  algorithms: ['RS256'],
});
const checkScope = (request, response, next) =>
  request.auth.scope?.split(' ').includes('products:read') ? next() : response.sendStatus(403);

const app = express();
app.get('/api/products', checkToken, checkScope, (_request, response) => response.json(page));
app.get('/health', (_request, response) => response.sendStatus(200));
app.listen(Number(port), '127.0.0.1');
