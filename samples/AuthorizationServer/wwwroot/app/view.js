// What the visitor sees.
const find = id => document.getElementById(id);

export function element(name, properties, children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export async function show(client, settings) {
  const user = await client.getUser();
  const claims = await client.getIdTokenClaims();
  document.body.dataset.session = user ? 'in' : 'out';
  find('server').textContent = settings.server;
  find('session-title').textContent = user ? `Hello, ${user.name ?? user.sub}` : 'Nobody is signed in';
  find('email').textContent = user ? (user.email ?? '') : `Client ${settings.client}, ${settings.audience}`;
  find('initial').textContent = user ? (user.name ?? user.sub).slice(0, 1).toUpperCase() : '?';
  find('signed-in').hidden = !user;
  find('signed-out').hidden = Boolean(user);
  document.querySelector('[data-action=both]').hidden = !settings.multi;
  showClaims(claims ?? {});
}

function showClaims({ __raw, ...claims }) {
  const entries = Object.entries(claims);
  find('no-claims').hidden = entries.length > 0;
  find('claims').replaceChildren(...entries.flatMap(([name, value]) => [
    element('dt', {}, [name]),
    element('dd', {}, [claimText(name, value)]),
  ]));
}

function claimText(name, value) {
  if (['iat', 'exp', 'nbf', 'auth_time'].includes(name)) {
    return new Date(value * 1000).toLocaleString([], { hour12: false });
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function say(text, isError = false) {
  const message = find('message');
  message.className = isError ? 'error' : '';
  message.textContent = text;
}
