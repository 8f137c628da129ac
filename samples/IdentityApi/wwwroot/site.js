// Tokens stay in memory, so the user logs in again after a reload.
let tokens, first, refreshing;
const element = id => document.getElementById(id);
const time = text => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const device = agent => {
  const browser = ['Edg', 'Firefox', 'Chrome', 'Safari'].find(name => agent?.includes(name))?.replace('Edg', 'Edge');
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux'].find(name => agent?.includes(name));
  return browser && system ? `${browser} on ${system}` : agent ?? 'Unknown device';
};
const send = (method, path, body) => fetch(path, {
  method,
  headers: { 'content-type': 'application/json', ...(tokens && { authorization: `Bearer ${tokens.accessToken}` }) },
  body: body && JSON.stringify(body),
});
const exchange = async refreshToken => {
  const response = await send('POST', 'refresh', { refreshToken });
  if (response.ok) tokens = await response.json();
  return response.ok;
};
// One refresh at a time.
const refresh = () => refreshing ??= exchange(tokens.refreshToken).finally(() => { refreshing = undefined; });
const call = async (method, path) => {
  const response = await send(method, path);
  return response.status === 401 && await refresh() ? send(method, path) : response;
};
const show = async text => {
  const response = tokens && await call('GET', 'manage/sessions');
  if (!response?.ok) tokens = undefined;
  const sessions = tokens ? await response.json() : [];
  [element('login').hidden, element('session').hidden] = [!!tokens, !tokens];
  element('status').textContent = tokens || text ? text : 'This session has ended. Log in again.';
  element('list').replaceChildren(...sessions.map(session => {
    const row = element('row').content.cloneNode(true);
    row.querySelector('strong').textContent = device(session.userAgent);
    row.querySelector('em').hidden = !session.isCurrent;
    row.querySelector('p').textContent = `Logged in ${time(session.signedInAt)}`
      + (session.lastUsedAt ? `\nRefreshed ${time(session.lastUsedAt)}` : '') + (session.ipAddress ? `\nFrom ${session.ipAddress}` : '');
    row.querySelector('button').onclick = async () => { await call('DELETE', `manage/sessions/${session.id}`); await show(''); };
    return row;
  }));
};
const actions = {
  refresh: async () => await refresh() ? 'Refreshed. The previous token no longer works.' : '',
  others: async () => (await call('DELETE', 'manage/sessions/others')).ok ? 'All other sessions have ended.' : '',
  logout: async () => { await call('POST', 'logout'); tokens = undefined; return 'You have logged out.'; },
  replay: async () => { await refresh() && await refresh() && await exchange(first); return 'The replay was detected: the session has ended.'; },
};
document.addEventListener('click', async ({ target }) => target.dataset.do && show(await actions[target.dataset.do]()));
element('login').addEventListener('submit', async event => {
  event.preventDefault();
  const [form, isLogin] = [Object.fromEntries(new FormData(event.target)), event.submitter.value === 'login'];
  const response = await send('POST', event.submitter.value, form);
  if (!response.ok) return show(isLogin ? 'Wrong e-mail address or password.' : Object.values((await response.json()).errors).flat().join(' '));
  if (!isLogin) return show('Registered. You can log in now.');
  [tokens, element('who').textContent] = [await response.json(), form.email];
  first = tokens.refreshToken;
  event.target.elements.password.value = '';
  return show('');
});
