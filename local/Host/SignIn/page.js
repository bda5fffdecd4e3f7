// The calls of the page, from sign-in to sign-out.
import { Session } from './session.js';
import { find, forget, show, showCaller, showFactors, showNewApp, showProducts, showRecoveryCodes, showSessions, tell } from './view.js';

const passkeyFailures = {
  InvalidStateError: 'This device has a passkey of yours already.',
  NotAllowedError: 'The passkey was not used.',
  SecurityError: 'Passkeys are for another address of this page. Open it at the address that local/Host printed.',
};

const session = new Session(location.origin);
let isBusy = false;
let ticket; // of the second step
let app; // to be confirmed
let cursor; // of the next products

on('password-form', 'submit', async () => {
  ticket = await session.signIn(find('username').value, find('password').value);
  find('password').value = '';
  await (ticket ? show('second-step', 'code') : showAccount());
});

on('code-form', 'submit', async () => {
  await session.enterCode(ticket, find('code').value.trim());
  await showAccount();
});

on('back', 'click', () => leave());

on('use-passkey', 'click', async () => {
  await session.signInWithPasskey().catch(explainPasskeys);
  await showAccount();
});

on('sign-out', 'click', async () => {
  await session.signOut().finally(leave);
  tell({ success: 'You are signed out.' });
});

on('more-products', 'click', () => listProducts());

on('end-others', 'click', async () => {
  await session.call('/me/sessions', { method: 'DELETE' });
  await listSessions();
  find('sessions-title').focus();
  tell({ success: 'All other sessions have ended.' });
});

on('begin-app', 'click', async () => {
  app = await session.call('/me/totp', { method: 'POST' });
  showNewApp(app);
});

on('app-form', 'submit', () => changeFactors('The app is added.', () => session.changeFactors('PUT', '/me/totp', { ticket: app.ticket, code: find('app-code').value.trim() })));

on('passkey-form', 'submit', () => changeFactors('The passkey is added.', () => session.addPasskey(find('passkey-name').value).catch(explainPasskeys)));

async function showAccount() {
  forget();
  show('account', 'me-title');
  cursor = null;
  await Promise.all([describeCaller(), listProducts(), listSessions(), listFactors()]);
}

async function describeCaller() {
  showCaller(await session.call('/me'));
}

async function listProducts() {
  const page = await session.call(`/api/products?pageSize=5${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
  showProducts(page, !cursor);
  cursor = page.nextCursor;
}

async function listSessions() {
  showSessions((await session.call('/me/sessions')).items, (id) => run(async () => {
    await session.call(`/me/sessions/${id}`, { method: 'DELETE' });
    await listSessions();
    find('sessions-title').focus();
    tell({ success: 'The session has ended.' });
  }));
}

async function listFactors() {
  showFactors(
    await session.call('/me/factors'),
    () => run(() => changeFactors('The app is removed.', () => session.changeFactors('DELETE', '/me/totp'))),
    (id) => run(() => changeFactors('The passkey is removed.', () => session.changeFactors('DELETE', `/me/passkeys/${id}`))));
}

// A change of factors ends every other session, so the lists are loaded again.
async function changeFactors(success, change) {
  const codes = await change();
  find('app-form').hidden = true;
  find('passkey-form').reset();
  find('factors-title').focus();
  if (codes) {
    showRecoveryCodes(codes);
  }
  await Promise.all([describeCaller(), listSessions(), listFactors()]);
  if (codes) {
    find('new-codes').scrollIntoView({ block: 'center' });
  }
  tell({ success: `${success} Your other sessions have ended.` });
}

function leave() {
  forget();
  show('sign-in', 'username');
}

function on(id, event, act) {
  find(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    run(act);
  });
}

// One action at a time: a second click must not send a form twice.
async function run(act) {
  if (isBusy) {
    return;
  }
  isBusy = true;
  tell({});
  try {
    await act();
  } catch (error) {
    if (error.status === 401 && !find('account').hidden) {
      // The session has ended elsewhere, or the call asks for a new sign-in.
      await session.signOut().catch(() => {});
      leave();
    }
    tell({ failure: error.message });
  } finally {
    isBusy = false;
  }
}

function explainPasskeys(error) {
  throw error.status === 404 ? new Error('Passkeys are off. The settings Authentication:Passkeys switch them on.') : passkeyFailures[error.name] ? new Error(passkeyFailures[error.name]) : error;
}
