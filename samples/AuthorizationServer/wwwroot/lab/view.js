// Draws the world. Elements that already exist are kept, so that focus and live regions are not disturbed.
const find = id => document.getElementById(id);

export function element(name, properties, children = [], data = {}) {
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

export function say(error) {
  find('message').hidden = error === null;
  find('message').textContent = error ?? '';
}

export function show({ isNew, state, entries }) {
  showSettings(state);
  showHolder('user', state);
  showHolder('thief', state);
  showFamily(state);
  if (isNew) {
    find('timeline').replaceChildren();
  }
  find('timeline').append(...entries.map(row));
}

function showSettings({ client, presets, preset, now }) {
  const select = find('preset');
  if (select.options.length === 0) {
    select.append(...presets.map(({ id, name }) => new Option(name, id)));
  }
  select.value = preset.id;
  find('client').textContent = `${client.name} (${client.id})`;
  find('preset-words').textContent = preset.words;
  find('now').textContent = now;
  for (const button of document.querySelectorAll('[data-window]')) {
    button.ariaDisabled = String(preset[button.dataset.window] === 0);
  }
}

const holds = {
  user: token => `Logged in. Its app holds ${token}.`,
  thief: token => `Holds a copy of ${token}.`,
};
const empty = { user: 'Not logged in.', thief: 'Has no token left that seems to work.' };

function showHolder(name, state) {
  const pane = find(name);
  const holder = state[name];
  const current = holder.tokens.find(token => token.id === holder.current);
  const worth = holder.works ? '' : ' It can’t know that this is no longer the current token of an active family.';
  const lost = holder.lost ? ' The response to its last refresh was lost.' : '';
  pane.querySelector('.status').textContent = current ? holds[name](`generation ${current.generation}`) + lost + worth : holder.tokens.length === 0 && name === 'thief' ? 'Has no token yet.' : empty[name];
  pane.dataset.holds = current?.generation ?? '';

  const enabled = {
    refresh: by => holder.current !== null && (by !== 'tab2' || state.secondTab),
    lose: () => holder.current !== null,
    retry: () => holder.lost,
    tab: () => !state.secondTab,
    race: () => holder.current !== null && state.secondTab,
    logout: () => holder.current !== null,
    steal: () => state.user.current !== null && state.user.current !== holder.current,
  };
  for (const button of pane.querySelectorAll('[data-action]')) {
    // Not the attribute `disabled`: it would take the focus away from a button that has just been pressed.
    button.hidden = !state.secondTab && (button.dataset.by === 'tab2' || button.dataset.action === 'race');
    button.ariaDisabled = String(!(enabled[button.dataset.action]?.(button.dataset.by) ?? true));
  }
  sync(pane.querySelector('.wallet'), holder.tokens, token => chip(token, name), (item, token) => {
    item.toggleAttribute('data-current', token.id === holder.current);
  });
}

function chip({ id, family, generation, tail }, holder) {
  const words = `g${generation} …${tail}: replay generation ${generation}${family > 1 ? ` of family ${family}` : ''}`;
  return element('li', {}, [
    element('button', { type: 'button', className: 'chip', title: 'Replay this token', ariaLabel: words }, [
      element('b', {}, [`g${generation}`]),
      ` …${tail}`,
    ], { replay: String(id), holder }),
  ]);
}

const marks = { current: 'current', previous: 'previous', spent: 'spent', displaced: 'displaced' };
const ends = { revoked: 'Revoked', expired: 'Expired', active: 'Active' };
const reasons = { reuse_detected: ' because reuse was detected', client_request: ' because the user logged out' };

function showFamily({ family }) {
  const verdict = find('verdict');
  verdict.dataset.state = family?.state ?? 'none';
  verdict.textContent = !family ? 'None yet: log in, or choose a story.'
    : family.state === 'active' && family.hasAlarm ? 'Active, although reuse was detected.'
    : `${ends[family.state]}${reasons[family.reason] ?? ''}.`;
  sync(find('chain'), family?.chain ?? [], ({ generation, tail }) => element('li', {}, [
    element('b', {}, [`${generation}`]),
    element('span', { className: 'tail' }, [`…${tail}`]),
    element('span', { className: 'mark' }),
    element('span', { className: 'who' }),
  ]), (item, token) => {
    const over = family.state !== 'active' && token.mark === 'current';
    item.dataset.mark = over ? family.state : token.mark;
    item.querySelector('.mark').textContent = over ? family.state : marks[token.mark];
    item.querySelector('.who').textContent = [token.user && 'user', token.thief && 'thief'].filter(Boolean).join(' + ') || 'nobody';
  });
}

/** Keeps one item per token, in order. */
function sync(list, tokens, create, update) {
  const items = new Map([...list.children].map(item => [item.dataset.id, item]));
  const wanted = tokens.map(token => {
    const item = items.get(String(token.id)) ?? create(token);
    item.dataset.id = token.id;
    update(item, token);
    return item;
  });
  if (wanted.length < list.children.length || wanted.some((item, i) => list.children[i] && list.children[i] !== item)) {
    list.replaceChildren(...wanted);
  } else {
    list.append(...wanted.slice(list.children.length));
  }
}

function row({ kind, side, title, words, at, isAlarm, answer }) {
  const who = { user: 'User', thief: 'Thief', world: 'World' }[side];
  return element('li', { className: isAlarm ? 'alarm' : '' }, [
    shape(kind),
    element('div', { className: 'entry' }, [
      element('p', { className: 'head' }, [
        element('span', { className: 'side' }, [who]),
        ' ',
        element('strong', {}, [title]),
        ' ',
        element('span', { className: 'answer' }, answer ? [answer] : []),
        ' ',
        element('span', { className: 'at' }, [at]),
      ]),
      element('p', {}, [words]),
    ]),
  ], { kind, side });
}

const shapes = {
  reuse: 'M12 1 23 21H1zM11 8v6h2V8zm0 8v2h2v-2z',
  refused: 'M5 3 12 10 19 3l2 2-7 7 7 7-2 2-7-7-7 7-2-2 7-7-7-7z',
  revoked: 'M5 3 12 10 19 3l2 2-7 7 7 7-2 2-7-7-7 7-2-2 7-7-7-7z',
  stolen: 'M2 8h20c0 6-3 9-6 9-2 0-3-3-4-3s-2 3-4 3c-3 0-6-3-6-9z',
  lost: 'M2 9h7v6H2zm11 0h3v6h-3zm6 0h3v6h-3z',
  recovered: 'M12 2 22 12 12 22 2 12z',
  reissued: 'M4 4h16v6H4zm0 10h16v6H4z',
  clock: 'M12 2a10 10 0 1 0 .01 0zM11 6h2v6l4 3-1 2-5-4z',
  preset: 'M3 5h18v3H3zm0 6h18v3H3zm0 6h18v3H3z',
};

/** The shape repeats what the words say: the kind of entry. */
function shape(kind) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  const path = document.createElementNS(namespace, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', shapes[kind] ?? 'M12 3a9 9 0 1 0 .01 0z');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
