'use strict';
// Tokens stay in memory: a page that is reloaded logs in again.
let tokens = null;
let first = null;

const show = text => { document.getElementById('status').textContent = text; };

const call = (method, path, body) => fetch(path, {
  method,
  headers: { 'content-type': 'application/json', ...(tokens && { authorization: `Bearer ${tokens.accessToken}` }) },
  body: body && JSON.stringify(body),
});

const refresh = async refreshToken => {
  const response = await call('POST', 'refresh', { refreshToken });
  if (response.ok) tokens = await response.json();
  return response;
};

const list = async () => {
  const response = await call('GET', 'manage/sessions');
  document.getElementById('session').hidden = !response.ok;
  document.getElementById('login').hidden = response.ok;
  if (!response.ok) return;
  const rows = (await response.json()).map(session => {
    const row = document.createElement('tr');
    for (const text of [session.userAgent ?? 'unknown', session.signedInAt, session.lastUsedAt ?? 'never']) {
      row.insertCell().textContent = text;
    }
    const end = document.createElement('button');
    end.textContent = session.isCurrent ? 'End (this one)' : 'End';
    end.addEventListener('click', async () => { await call('DELETE', `manage/sessions/${session.id}`); await list(); });
    row.insertCell().append(end);
    return row;
  });
  document.getElementById('list').replaceChildren(...rows);
};

const actions = {
  refresh: async () => (await refresh(tokens.refreshToken)).status,
  others: async () => (await call('DELETE', 'manage/sessions/others')).status,
  logout: async () => (await call('POST', 'logout')).status,
  replay: async () => (await refresh(first)).status,
};

document.addEventListener('click', async event => {
  const action = actions[event.target.dataset.do];
  if (!action) return;
  show(`${event.target.textContent}: ${await action()}`);
  await list();
});

document.getElementById('login').addEventListener('submit', async event => {
  event.preventDefault();
  const form = new FormData(event.target);
  const path = event.submitter.value;
  const response = await call('POST', path, { email: form.get('email'), password: form.get('password') });
  show(`${event.submitter.textContent}: ${response.status}`);
  if (path === 'login' && response.ok) {
    tokens = await response.json();
    first = tokens.refreshToken;
    await list();
  }
});
