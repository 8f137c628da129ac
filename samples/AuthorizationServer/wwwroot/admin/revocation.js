import { call } from './api.js';

// Ends everything of a client that began up to a time. What ends is counted first, and a change of the form takes the preview back.
export function startRevocation(onEnded) {
  const form = document.getElementById('end-many');
  const status = document.getElementById('end-many-status');
  const end = form.querySelector('button.alarm');
  let previewed = null;
  let edits = 0;

  async function post(path, body) {
    try {
      return (await call('POST', path, { base: '/admin', body: JSON.stringify(body) })).data;
    } catch (error) {
      status.textContent = error.message;
      return null;
    }
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const request = { client: form.elements.client.value, until: new Date(form.elements.until.value).toISOString() };
    end.hidden = true;
    const asked = ++edits;
    const found = await post('/revocation/preview', request);
    // The form may have changed while the answer was on its way.
    if (found && asked === edits) {
      const number = `${found.count.toLocaleString('en')}${found.count >= found.bound ? ' or more' : ''}`;
      status.textContent = found.count === 0 ? 'Nothing would end.' : `${number} ${found.count === 1 ? 'session' : 'sessions'} would end.`;
      previewed = request;
      end.hidden = found.count === 0;
    }
  });

  form.addEventListener('input', () => {
    edits++;
    end.hidden = true;
    status.textContent = '';
  });

  end.addEventListener('click', async () => {
    end.hidden = true;
    const ended = await post('/revocation', previewed);
    if (ended) {
      status.textContent = `${ended.count.toLocaleString('en')} ${ended.count === 1 ? 'session was' : 'sessions were'} ended.`;
      await onEnded();
    }
    // The button is gone; the focus must not fall back to the top of the page.
    status.focus();
  });

  const now = new Date();
  form.elements.until.value = new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  // Until now the browser itself would have sent the form.
  form.querySelector('fieldset').disabled = false;
}
