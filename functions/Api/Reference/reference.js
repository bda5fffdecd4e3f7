// Shows the API's description. Everything comes from this server and nothing goes elsewhere: no fonts, no proxy, no telemetry.
const app = document.getElementById('app');
const response = await fetch('/openapi.json');
const text = await response.text();

// The document names the issuer; on one machine the page may be open under another name of it, such as 127.0.0.1. A server
// that issues no tokens names itself "/", which is in every path.
const server = JSON.parse(text).servers[0].url;
const content = JSON.parse(server === '/' ? text : text.replaceAll(server, location.origin));

window.Scalar.createApiReference(app, {
  content,
  withDefaultFonts: false,
  proxyUrl: '',
  telemetry: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
  authentication: {
    preferredSecurityScheme: 'oauth2',
    securitySchemes: {
      // In the form: to a wrong secret in the Authorization header the browser would respond with a prompt of its own.
      oauth2: { flows: { clientCredentials: { 'x-scalar-client-id': app.dataset.clientId, 'x-scalar-credentials-location': 'body' } } },
    },
  },
});
