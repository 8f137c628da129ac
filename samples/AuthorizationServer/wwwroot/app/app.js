import { callback, createClient } from './client.js';
import { startLog } from './log.js';
import { fillForm, loadSettings, readForm, saveSettings } from './settings.js';
import { say, show } from './view.js';

const bothAudiences = ['https://api1', 'https://api2'];
// Errors after which only a new log-in helps.
const endings = ['invalid_grant', 'login_required', 'missing_refresh_token'];

const settings = loadSettings();
const logName = crypto.randomUUID();
const logAuthorization = startLog(document.getElementById('log'), logName, settings.server);
const client = createClient(settings, logName);

// Repeated here, because the SDK uses it to choose the scope of a log-in.
const login = { authorizationParams: { audience: settings.audience } };

const short = token => `…${token.slice(-6)}`;

const actions = {
  async login() {
    await client.loginWithRedirect(login);
  },

  async popup() {
    await client.loginWithPopup(login);
    say('Signed in.');
  },

  async refresh() {
    const { access_token: token, expires_in: seconds } = await client.getTokenSilently({ cacheMode: 'off', detailedResponse: true });
    say(`New access token ${short(token)}, valid for ${seconds} s.`);
  },

  async both() {
    const tokens = await Promise.all(bothAudiences.map(audience =>
      client.getTokenSilently({ cacheMode: 'off', authorizationParams: { audience } })));
    say(tokens.map((token, i) => `New access token ${short(token)} for ${bothAudiences[i]}.`).join(' '));
  },

  async call() {
    const token = await client.getTokenSilently();
    const response = await fetch(`${settings.server}/api/messages`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) {
      throw new Error(`The API returned ${response.status}.`);
    }
    const { user, messages } = await response.json();
    say(`The API greets ${user}: ${messages.join(' ')}`);
  },

  async revoke() {
    await client.revokeRefreshToken();
    say('The refresh token is revoked. The access token stays valid until it expires.');
  },

  async logout() {
    await client.logout({ logoutParams: { returnTo: callback } });
  },

  async start() {
    const parameters = new URLSearchParams(location.search);
    if (!parameters.has('state')) {
      await client.checkSession();
      return;
    }
    // A code works once, so remove it from the address before anybody reloads this page.
    const { href } = location;
    history.replaceState(null, '', callback);
    logAuthorization(Object.fromEntries(parameters));
    await client.handleRedirectCallback(href);
    say('Signed in.');
  },
};

/** Runs one action at a time. `data-done` counts the finished ones. */
async function run(name) {
  const { body } = document;
  body.ariaBusy = 'true';
  try {
    await actions[name]();
  } catch (error) {
    if (endings.includes(error.error)) {
      await client.logout({ openUrl: false });
    }
    say(error.error ? `${error.error}: ${error.message}` : error.message, true);
  }
  await show(client, settings);
  body.ariaBusy = 'false';
  body.dataset.done = Number(body.dataset.done ?? 0) + 1;
}

document.addEventListener('click', event => {
  const name = event.target.closest('[data-action]')?.dataset.action;
  if (name && document.body.ariaBusy === 'false') {
    run(name);
  }
});

const form = document.getElementById('settings');
fillForm(form, settings);
form.addEventListener('submit', event => {
  event.preventDefault();
  saveSettings(readForm(form));
  location.reload();
});

await run('start');
