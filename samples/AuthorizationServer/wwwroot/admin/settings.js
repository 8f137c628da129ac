import { call } from './api.js';
import { describe, fieldsOf, read, write } from './fields.js';
import { clearErrors, showError, showJsonError } from './errors.js';

// The settings of one client: a form and its JSON, which change together.
export function startSettings() {
  const form = document.getElementById('settings');
  const client = document.getElementById('client');
  const json = document.getElementById('json');
  const status = document.getElementById('settings-status');
  const fieldset = form.querySelector('fieldset');
  let etag;
  let asked = 0;

  const path = () => `/clients/${encodeURIComponent(client.value)}`;

  function show(answer) {
    etag = answer.etag;
    const settings = answer.data.refresh_token;
    json.value = JSON.stringify({ refresh_token: settings }, null, 2);
    fill(settings);
  }

  function fill(settings) {
    for (const field of fieldsOf(form)) {
      if (Object.hasOwn(settings, field.name)) {
        write(field, settings[field.name]);
      }
    }
  }

  // Only the latest request may change the page: a response for another client may arrive after it.
  async function ask(send, message) {
    const mine = ++asked;
    const focused = document.activeElement;
    form.ariaBusy = 'true';
    fieldset.disabled = true;
    clearErrors(form);
    status.hidden = true;
    let failure;
    try {
      const answer = await send();
      if (mine === asked) {
        show(answer);
      }
    } catch (error) {
      failure = error;
    }
    if (mine !== asked) {
      return;
    }
    fieldset.disabled = false;
    if (failure) {
      showError(form, failure);
    } else {
      status.textContent = message ?? '';
      status.hidden = !message;
      // The field lost the focus when it was disabled.
      if (form.contains(focused)) {
        focused.focus();
      }
    }
    form.ariaBusy = 'false';
  }

  const load = message => ask(() => call('GET', path()), message);

  form.addEventListener('submit', event => {
    event.preventDefault();
    if (showJsonError(json)) {
      json.focus();
      return;
    }
    ask(() => call('PATCH', path(), { body: json.value, etag }), 'Saved. It applies from the next exchange on.');
  });

  form.addEventListener('input', event => {
    status.hidden = true;
    if (event.target === json) {
      if (!showJsonError(json)) {
        fill(JSON.parse(json.value).refresh_token ?? {});
      }
    } else if (event.target.dataset.kind) {
      describe(event.target);
      json.value = JSON.stringify(withField(event.target), null, 2);
      showJsonError(json);
    }
  });

  // Keeps members that the form has no field for. If the JSON can't be read, only the form counts.
  function withField(field) {
    let body;
    try {
      body = JSON.parse(json.value);
    } catch {
      body = undefined;
    }
    if (typeof body?.refresh_token !== 'object' || body.refresh_token === null) {
      body = { refresh_token: Object.fromEntries(fieldsOf(form).map(each => [each.name, read(each)])) };
    }
    body.refresh_token[field.name] = read(field);
    return body;
  }

  client.addEventListener('change', () => load());
  form.querySelector('[data-action=reload]').addEventListener('click', () => load('These are the current settings.'));
  form.querySelector('[data-action=reset]').addEventListener('click', () =>
    ask(() => call('PATCH', path(), { body: '{"refresh_token":null}', etag }), 'The settings of the configuration apply again.'));
  load();
}
