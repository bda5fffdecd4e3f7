// Shows what the API answers. Every value becomes text, never markup.
const titles = { 'sign-in': 'Sign in', 'second-step': 'Second step', account: 'Your account' };

export const find = (id) => document.getElementById(id);

// Shows one part of the page and moves the focus into it, so that screen readers follow.
export function show(part, focused) {
  for (const id of Object.keys(titles)) {
    find(id).hidden = id !== part;
  }
  find('sign-out').hidden = part !== 'account';
  document.title = `${titles[part]} – Gatehouse`;
  find(focused).focus();
}

export function tell({ success = '', failure = '' }) {
  find('success').textContent = success;
  find('failure').textContent = failure;
}

export function showCaller(me) {
  find('me').replaceChildren(
    element('dt', 'Roles'), element('dd', me.roles?.join(', ') || 'none'),
    element('dt', 'Scopes'), element('dd', me.scope || 'none'),
    element('dt', 'Signed in by'), element('dd', me.amr.join(', ')),
    element('dt', 'Signed in at'), element('dd', time(me.auth_time * 1000)));
}

export function showProducts(page, isFirst) {
  const rows = page.items.map((product) => {
    const name = element('th', product.name);
    name.scope = 'row';
    return element('tr', name, element('td', product.category), element('td', `${product.price.toFixed(2)} ${product.currency}`));
  });
  if (isFirst) {
    find('products').replaceChildren();
  }
  find('products').append(...rows);
  find('more-products').hidden = !page.nextCursor;
}

export function showSessions(sessions, end) {
  find('sessions').replaceChildren(...sessions.map((session) => {
    const started = time(session.startedAt);
    const details = element('p', 'Started ', started, ', last used ', time(session.lastUsedAt), `, from ${session.network ?? 'an unknown network'}, by ${session.authenticationMethods.join(', ')}`);
    details.className = 'hint';
    const text = element('div', element('p', session.current ? 'This session' : session.userAgent ?? 'Another session'), details);
    return element('li', text, ...session.current ? [] : [button('End', `the session of ${started.textContent}`, () => end(session.id))]);
  }));
  find('end-others').hidden = sessions.length < 2;
}

export function showFactors(factors, removeApp, removePasskey) {
  const app = factors.totp && element('li', element('p', 'Authenticator app, since ', time(factors.totp.since)), button('Remove', 'the authenticator app', removeApp));
  const passkeys = factors.passkeys.map((passkey) => element(
    'li',
    element('p', `Passkey ${passkey.name}, `, ...passkey.lastUsedAt ? ['last used ', time(passkey.lastUsedAt)] : ['not used yet']),
    button('Remove', `the passkey ${passkey.name}`, () => removePasskey(passkey.id))));
  find('factors').replaceChildren(...app ? [app] : [], ...passkeys);
  find('begin-app').textContent = app ? 'Replace the authenticator app' : 'Add an authenticator app';
  find('recovery-codes-left').textContent = app || passkeys.length > 0 ? `Recovery codes left: ${factors.recoveryCodes}` : 'You have none yet.';
}

// The server draws the code. As an image it can't run scripts.
export function showNewApp(app) {
  find('app-form').hidden = false;
  find('qr-code').src = `data:image/svg+xml,${encodeURIComponent(app.qrCode)}`;
  find('secret').textContent = app.secret;
  find('app-code').value = '';
  find('app-code').focus();
}

export function showRecoveryCodes(codes) {
  find('new-codes').hidden = false;
  find('recovery-codes').replaceChildren(...codes.map((code) => element('li', element('code', code))));
  find('new-codes-title').focus();
}

// Secrets don't stay on a page that is left.
export function forget() {
  for (const id of ['app-form', 'new-codes']) {
    find(id).hidden = true;
  }
  find('qr-code').removeAttribute('src');
  for (const id of ['secret', 'recovery-codes', 'me', 'products', 'sessions', 'factors']) {
    find(id).replaceChildren();
  }
  for (const form of document.forms) {
    form.reset();
  }
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function time(value) {
  const at = new Date(value);
  const made = element('time', at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
  made.dateTime = at.toISOString();
  return made;
}

// Its name says what it ends or removes: several buttons have the same text.
function button(text, object, act) {
  const made = element('button', text);
  made.type = 'button';
  made.setAttribute('aria-label', `${text} ${object}`);
  made.addEventListener('click', act);
  return made;
}
