// The visitor's settings. The browser keeps them for this origin, so that they survive the redirects to the server and back.
const key = 'demo-settings';

const defaults = {
  // A page that the server serves uses that server. One on port 5001 uses the server's default address.
  server: location.port === '5001' ? 'http://localhost:5000' : location.origin,
  client: 'spa',
  audience: 'https://api1',
  storage: 'memory',
  body: 'form',
  fallback: false,
  multi: false,
};

export function loadSettings() {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(key)) };
  } catch {
    return { ...defaults };
  }
}

export function saveSettings(settings) {
  localStorage.setItem(key, JSON.stringify(settings));
}

export function fillForm(form, settings) {
  for (const [name, value] of Object.entries(settings)) {
    const field = form.elements.namedItem(name);
    if (typeof value === 'boolean') {
      field.checked = value;
    } else {
      field.value = value;
    }
  }
}

export function readForm(form) {
  const data = new FormData(form);
  const read = name => (typeof defaults[name] === 'boolean' ? data.has(name) : data.get(name));
  const settings = Object.fromEntries(Object.keys(defaults).map(name => [name, read(name)]));
  return { ...settings, server: new URL(settings.server).origin };
}
