import { bar, drawCurve } from './chart.js';

const Seconds = 60;

// The counters, which the server sends once a second.
export function startLive() {
  const state = document.getElementById('live-state');
  const tiles = [...document.querySelectorAll('.tiles [data-counter]')];
  const rows = document.querySelector('#reasons tbody');
  const history = new Map(tiles.map(tile => [tile.dataset.counter, new Array(Seconds).fill(0)]));
  let before;

  function show({ totals, rejections, history: minute }) {
    // The first reading after each connection brings the minute before.
    const fresh = minute && Object.keys(minute).length > 0;
    if (fresh) {
      for (const [name, values] of Object.entries(minute)) {
        history.set(name, values);
      }
    }
    for (const tile of tiles) {
      const name = tile.dataset.counter;
      const total = totals[name];
      // The totals start again at zero when the server restarts.
      const values = history.get(name);
      if (!fresh) {
        values.push(before ? Math.max(0, total - before[name]) : 0);
        values.shift();
      }
      write(tile.querySelector('.number'), total);
      drawCurve(tile.querySelector('.spark'), values);
      const [lastMinute, inAll] = document.querySelectorAll(`#counters [data-counter=${name}] td`);
      write(lastMinute, values.reduce((sum, value) => sum + value, 0));
      write(inAll, total);
    }
    before = totals;
    showReasons(rejections);
  }

  function showReasons(rejections) {
    const highest = Math.max(1, ...Object.values(rejections));
    rows.replaceChildren(...Object.entries(rejections).map(([reason, count]) => {
      const row = document.createElement('tr');
      row.dataset.reason = reason;
      const name = document.createElement('th');
      name.scope = 'row';
      name.textContent = reason.replaceAll('_', ' ');
      const number = document.createElement('td');
      write(number, count);
      const drawing = document.createElement('td');
      if (count > 0) {
        drawing.append(bar(count / highest));
      }
      row.append(name, number, drawing);
      return row;
    }));
  }

  const source = new EventSource('/admin/live');
  source.addEventListener('open', () => { state.textContent = 'live'; });
  source.addEventListener('message', event => show(JSON.parse(event.data)));
  source.addEventListener('error', () => { state.textContent = source.readyState === EventSource.CLOSED ? 'signed out: reload' : 'reconnecting'; });
  // A page that the browser keeps for "back" must not hold a connection.
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', event => {
    if (event.persisted) {
      location.reload();
    }
  });
}

const write = (element, number) => { element.textContent = number.toLocaleString('en'); };
