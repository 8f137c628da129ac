import { call } from './api.js';

// The last changes. They are read again after each change that this page makes, and when the section comes into view.
export function startAudit() {
  const rows = document.querySelector('#changes tbody');

  async function show() {
    try {
      const { data } = await call('GET', '/audit', { base: '/admin' });
      rows.replaceChildren(...data.map(row));
    } catch {
      // The parts of the page that the user asked for say what is wrong.
    }
  }

  // Text only: actors and names come from requests.
  function row({ at, actor, what, of, count }) {
    const line = document.createElement('tr');
    line.append(...[new Date(at).toLocaleString(), actor ?? 'unknown', what, of, count.toLocaleString('en')].map(text => {
      const cell = document.createElement('td');
      cell.textContent = text;
      return cell;
    }));
    return line;
  }

  show();
  new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && show()).observe(document.getElementById('audit'));
  return show;
}
