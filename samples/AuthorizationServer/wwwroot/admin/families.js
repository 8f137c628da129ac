import { call } from './api.js';

const PageSize = 10;

// The families of one user, page by page, each with a button that revokes it.
export function startFamilies() {
  const search = document.getElementById('search');
  const status = document.getElementById('search-status');
  const list = document.getElementById('families');
  const first = document.querySelector('[data-page=first]');
  const next = document.querySelector('[data-page=next]');
  let user = '';
  let from = null;
  let following = null;
  let asked = 0;

  async function show(cursor, message) {
    const mine = ++asked;
    const query = new URLSearchParams({ take: PageSize, ...(cursor && { from: cursor }) });
    try {
      const { data } = await call('GET', `/users/${encodeURIComponent(user)}/refresh-tokens?${query}`);
      if (mine !== asked) {
        return;
      }
      from = cursor;
      following = data.next;
      list.replaceChildren(...data.tokens.map(card));
      first.hidden = !from;
      next.hidden = !following;
      const found = `${data.tokens.length === 0 ? 'No' : data.tokens.length} ${data.tokens.length === 1 ? 'session' : 'sessions'} of ${user} on this page.`;
      status.textContent = message ? `${message} ${found}` : found;
    } catch (error) {
      if (mine === asked) {
        status.textContent = error.message;
      }
    }
  }

  // Text only, because what a device says about itself can't be trusted.
  function card(family) {
    const item = document.createElement('li');
    item.dataset.family = family.id;
    item.append(
      element('h2', family.client_id),
      element('p', family.device.last_user_agent ?? 'Unknown device'),
      facts([
        ['Started', `${time(family.created_at)} from ${family.device.initial_ip ?? 'an unknown address'}`],
        ['Last used', family.last_exchanged_at ? `${time(family.last_exchanged_at)} from ${family.device.last_ip ?? 'an unknown address'}` : 'not since it started'],
        ['Ends', expiry(family)],
        ['Kind', family.rotating ? 'rotating' : 'does not rotate'],
      ]),
      revoke(family),
    );
    return item;
  }

  function revoke(family) {
    const button = element('button', 'Revoke');
    button.type = 'button';
    button.className = 'alarm';
    button.ariaLabel = `Revoke the session at ${family.client_id}, started ${time(family.created_at)}`;
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await call('DELETE', `/refresh-tokens/${family.id}`);
        await show(from, 'Revoked.');
      } catch (error) {
        button.disabled = false;
        status.textContent = error.message;
      }
      // The button is gone, and the focus must not fall back to the top of the page.
      status.focus();
    });
    return button;
  }

  search.addEventListener('submit', event => {
    event.preventDefault();
    user = search.elements.user.value.trim();
    show(null);
  });
  // Before this script ran, the browser would have submitted the form itself.
  search.querySelector('fieldset').disabled = false;
  first.addEventListener('click', () => show(null));
  next.addEventListener('click', () => show(following));
}

function facts(pairs) {
  const list = document.createElement('dl');
  for (const [name, value] of pairs) {
    const row = document.createElement('div');
    row.append(element('dt', name), element('dd', value));
    list.append(row);
  }
  return list;
}

function expiry(family) {
  const ends = [family.expires_at, family.idle_expires_at].filter(Boolean).sort((a, b) => new Date(a) - new Date(b));
  return ends.length > 0 ? time(ends[0]) : 'when it is revoked';
}

const time = text => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function element(name, text) {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}
