// A user's session with the API, for any page: docs/front-end.md shows its use.
export class Session {
  #url;
  #tokens = null;
  #refreshing = null;

  constructor(url) {
    this.#url = url;
  }

  get isSignedIn() {
    return this.#tokens !== null;
  }

  // Resolves to the ticket of the second step if the user has a second factor, or to null once the user is signed in.
  async signIn(username, password) {
    const response = await this.#post('/authenticate', { username, password });
    const body = await read(response.clone()).catch(() => null);
    if (body?.type === 'urn:gatehouse:problem:second-factor-required') {
      return body.ticket;
    }
    this.#tokens = await result(response);
    return null;
  }

  async enterCode(ticket, code) {
    this.#tokens = await result(await this.#post('/authenticate/code', { ticket, code }));
  }

  // Without a name and a password: the browser lets the user choose a passkey.
  async signInWithPasskey() {
    const { publicKey } = await result(await this.#post('/authenticate/passkey/options'));
    const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    this.#tokens = await result(await this.#post('/authenticate/passkey', { credential: credential.toJSON() }));
  }

  // Resolves to the recovery codes if this is the first factor.
  async addPasskey(name) {
    const { publicKey } = await this.call('/me/passkeys/options', { method: 'POST' });
    const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    return this.changeFactors('POST', '/me/passkeys', { name, credential: credential.toJSON() });
  }

  // Every session ends when a factor is added or removed, and the answer holds the tokens of a new one.
  async changeFactors(method, path, body) {
    const answer = await this.call(path, { method, ...json(body) });
    this.#tokens = answer.tokens ?? answer;
    return answer.recoveryCodes;
  }

  // The body of the answer; null for none.
  async call(path, init) {
    return result(await this.fetch(path, init));
  }

  // As the browser's fetch, with the token. When the token is no longer accepted it refreshes it and tries once more.
  async fetch(path, init = {}) {
    const tokens = this.#tokens;
    const response = await this.#send(path, init);

    // Another 401 asks for a new sign-in (docs/second-factors.md), which no refresh can replace.
    if (response.status !== 401 || tokens === null || response.headers.get('WWW-Authenticate')?.includes('insufficient_user_authentication')) {
      return response;
    }
    if (tokens === this.#tokens) {
      // Concurrent calls share one refresh, because a refresh token is for a single use.
      this.#refreshing ??= this.#refresh().finally(() => { this.#refreshing = null; });
      await this.#refreshing;
    }
    return this.isSignedIn ? this.#send(path, init) : response;
  }

  // Needs no valid access token, and ends the session's access tokens too.
  async signOut() {
    await this.#refreshing?.catch(() => {});
    const token = this.#tokens?.refresh_token;
    this.#tokens = null;
    if (token) {
      await result(await this.#post('/revoke', new URLSearchParams({ token })));
    }
  }

  async #refresh() {
    const tokens = this.#tokens;
    const response = await this.#post('/token', new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }));

    // 400 is invalid_grant: the session has ended. After 429 or 503 it goes on: try again after Retry-After.
    const next = response.status === 400 ? null : await result(response);
    if (tokens === this.#tokens) {
      this.#tokens = next;
    }
  }

  #send(path, init) {
    const headers = new Headers(init.headers);
    if (this.isSignedIn) {
      headers.set('Authorization', `Bearer ${this.#tokens.access_token}`);
    }
    return fetch(new URL(path, this.#url), { ...init, headers });
  }

  #post(path, body) {
    return fetch(new URL(path, this.#url), { method: 'POST', ...(body instanceof URLSearchParams ? { body } : json(body)) });
  }
}

function json(body) {
  return body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

async function read(response) {
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

async function result(response) {
  if (response.ok) {
    return read(response);
  }
  const problem = await read(response).catch(() => null);
  const sentences = problem?.errors ? Object.values(problem.errors).flat() : [problem?.title, problem?.detail, problem?.error_description];
  const message = sentences.filter(Boolean).join(' ') || `HTTP ${response.status}`;
  throw Object.assign(new Error(message), { status: response.status });
}
