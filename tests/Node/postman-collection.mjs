// Makes docs/gatehouse.postman_collection.json of openapi.json, so that a run of it, from top to bottom, signs in, uses
// what it got, and clears away what it added:
//   node postman-collection.mjs <openapi.json>      writes the collection to standard output
import { readFileSync } from 'node:fs';
import { convert } from 'openapi-to-postmanv2';

const document = readFileSync(process.argv[2], 'utf8');
const api = JSON.parse(document);

// What somebody who imports the collection fills in, and what the requests leave for one another.
const variables = [
  { key: 'baseUrl', value: 'http://localhost:7071' },
  { key: 'username', value: 'admin', description: 'Who signs in: the demo user with every role.' },
  { key: 'password', value: '', type: 'secret', description: 'ADMIN_PASSWORD of .local/demo.env.' },
  { key: 'clientId', value: 'demo-client' },
  { key: 'clientSecret', value: '', type: 'secret', description: 'CLIENT_SECRET of .local/demo.env.' },
  { key: 'newPassword', value: '', type: 'secret', description: 'Left empty, the password is not changed.' },
  ...['accessToken', 'clientToken', 'productId', 'productVersion', 'newUsername', 'userVersion'].map((key) => ({ key, value: '' })),
];

const save = (variable, expression) => `if (pm.response.code < 300) { pm.collectionVariables.set('${variable}', ${expression}); }`;
const saveMember = (variable, member) => save(variable, `pm.response.json().${member}`);
const saveVersion = (variable) => save(variable, `pm.response.headers.get('ETag')`);

// By operationId: the body, the parameters, what to note of the answer, and which status is as good as success.
const operations = {
  Authenticate: {
    body: { username: '{{username}}', password: '{{password}}' },
    after: [saveMember('accessToken', 'access_token')],
  },
  Token: { body: { grant_type: 'client_credentials' }, after: [saveMember('clientToken', 'access_token')] },
  Introspect: { body: { token: '{{accessToken}}' }, or: [403, 'the client may not ask: it needs the scope tokens:introspect'] },
  CreateProduct: { after: [saveMember('productId', 'id'), saveVersion('productVersion')] },
  GetProduct: { path: { id: '{{productId}}' } },
  ReplaceProduct: { path: { id: '{{productId}}' }, headers: { 'If-Match': '{{productVersion}}' }, after: [saveVersion('productVersion')] },
  DeleteProduct: { path: { id: '{{productId}}' }, headers: { 'If-Match': '{{productVersion}}' } },
  CreateUser: {
    before: [`pm.collectionVariables.set('newUsername', 'grace-' + Date.now() + '@example.com');`],
    body: { username: '{{newUsername}}' },
  },
  GetUser: { path: { username: '{{newUsername}}' }, after: [saveVersion('userVersion')] },
  ChangeUser: { path: { username: '{{newUsername}}' }, headers: { 'If-Match': '{{userVersion}}' }, after: [saveVersion('userVersion')] },
  DeleteUser: { path: { username: '{{newUsername}}' }, headers: { 'If-Match': '{{userVersion}}' } },
  Reference: { or: [404, 'the page is switched off'] },
  ReferenceScript: { or: [404, 'the page is switched off'] },
  ChangePassword: {
    before: [`if (!pm.collectionVariables.get('newPassword')) { pm.execution.skipRequest(); }`],
    body: { currentPassword: '{{password}}', newPassword: '{{newPassword}}' },
    // It ends every session of the user, this one too.
    after: [
      save('password', `pm.collectionVariables.get('newPassword')`),
      'pm.sendRequest({',
      `  url: pm.collectionVariables.get('baseUrl') + '/authenticate',`,
      `  method: 'POST',`,
      `  header: { 'Content-Type': 'application/json' },`,
      `  body: { mode: 'raw', raw: JSON.stringify({ username: pm.collectionVariables.get('username'), password: pm.collectionVariables.get('password') }) },`,
      `}, (_error, response) => pm.collectionVariables.set('accessToken', response.json().access_token));`,
    ],
  },
  Revoke: { body: { token: '{{clientToken}}' } },
};

// RFC 6749 §2.3.1: both are form-encoded before they go into HTTP Basic, which Postman does not do.
const encodeClient = [
  `pm.variables.set('basicId', encodeURIComponent(pm.collectionVariables.get('clientId')));`,
  `pm.variables.set('basicSecret', encodeURIComponent(pm.collectionVariables.get('clientSecret')));`,
];

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function findOperation({ method, url }) {
  const path = '/' + url.path.map((part) => (part.startsWith(':') ? `{${part.slice(1)}}` : part)).join('/');
  return api.paths[path][method.toLowerCase()];
}

function findAuth(operation) {
  const schemes = (operation.security ?? api.security ?? []).flatMap(Object.keys);
  if (schemes.length === 0) {
    return { type: 'noauth' };
  }
  // A bearer token is inherited from the collection.
  return schemes.some((scheme) => api.components.securitySchemes[scheme].scheme === 'basic') ? clientAuth : undefined;
}

const clientAuth = {
  type: 'basic',
  basic: [
    { key: 'username', value: '{{basicId}}', type: 'string' },
    { key: 'password', value: '{{basicSecret}}', type: 'string' },
  ],
};

function fillBody(body, values) {
  if (!values) {
    return;
  }
  if (body.mode === 'raw') {
    body.raw = JSON.stringify({ ...JSON.parse(body.raw), ...values }, null, 2);
  } else {
    body.urlencoded = Object.entries(values).map(([key, value]) => ({ key, value }));
  }
}

function makeTests(operation, { after = [], or }) {
  const success = Number(Object.keys(operation.responses).find((status) => status.startsWith('2')));
  const title = or ? `${success}, or ${or[0]}: ${or[1]}` : `${success}`;
  const allowed = or ? [success, or[0]] : [success];
  return [`pm.test(${JSON.stringify(title)}, () => pm.expect(pm.response.code).to.be.oneOf(${JSON.stringify(allowed)}));`, ...after];
}

const script = (listen, exec) => ({ listen, script: { type: 'text/javascript', exec } });

function finish(item) {
  const { request } = item;
  const operation = findOperation(request);
  const own = operations[operation.operationId] ?? {};
  fillBody(request.body, own.body);
  request.auth = findAuth(operation);
  for (const variable of request.url.variable) {
    variable.value = own.path?.[variable.key] ?? variable.value;
  }
  for (const query of request.url.query) {
    // Shown, for a reader to tick and to fill in.
    query.disabled = true;
    query.value = '';
  }
  for (const header of request.header.filter(({ key }) => !['Content-Type', 'Accept'].includes(key))) {
    header.value = own.headers?.[header.key] ?? '';
    header.disabled = !header.value;
  }
  delete request.name;
  const event = [script('test', makeTests(operation, own))];
  if (own.before) {
    event.unshift(script('prerequest', own.before));
  }
  return { name: item.name, event, request };
}

convert({ type: 'string', data: document }, { folderStrategy: 'Tags', requestParametersResolution: 'Example' }, (error, result) => {
  if (error ?? !result.result) {
    throw error ?? new Error(result.reason);
  }
  const { info, item: folders } = result.output[0].data;
  const collection = {
    // No id: Postman gives one to each import, and a made one would differ from run to run.
    info: { name: info.name, schema: info.schema, description: info.description },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] },
    event: [script('prerequest', encodeClient)],
    variable: variables,
    item: folders.map(({ name, description, item }) => ({ name, description, item: item.map(finish) })),
  };
  const expected = Object.values(api.paths).flatMap(Object.keys).filter((key) => methods.includes(key)).length;
  const made = collection.item.flatMap(({ item }) => item).length;
  if (made !== expected) {
    throw new Error(`openapi.json describes ${expected} operations, and the collection has ${made} requests.`);
  }
  process.stdout.write(JSON.stringify(collection, null, 2) + '\n');
});
