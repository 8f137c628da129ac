import { act, watch } from './api.js';
import { Player } from './player.js';
import { stories } from './stories.js';
import { element, say, show } from './view.js';

// How long each step of a story is shown, in milliseconds. The address can set it: ?pace=500
const parameters = new URLSearchParams(location.search);
const pace = parameters.has('pace') ? Number(parameters.get('pace')) : 2600;
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

const find = id => document.getElementById(id);
let state = null;
let shown = -1;
let waiting = () => {};

/** Waits until the page shows a revision of the world. */
function seen(revision) {
  return new Promise(resolve => {
    waiting = () => shown >= revision && resolve();
    waiting();
  });
}

/** Asks the server for an action. `data-done` counts the actions whose result is shown. */
async function perform(action) {
  const { body } = document;
  body.ariaBusy = 'true';
  const { error = null, revision } = await act(action);
  say(error);
  if (error === null) {
    await seen(revision);
  }
  body.ariaBusy = 'false';
  body.dataset.done = Number(body.dataset.done ?? 0) + 1;
}

// One at a time, in order.
let last = Promise.resolve();
function run(action) {
  last = last.then(() => perform(action));
  return last;
}

const player = new Player({ run, pace, startsPaused: calm, state: () => state });

/** The action of a button. If it makes no sense now, the server's error says why. */
function actionOf({ action, by, seconds, window: name, replay, holder }) {
  if (replay) {
    return { action: 'replay', by: holder, token: Number(replay) };
  }
  if (name) {
    return { action: 'move', seconds: state.preset[name] };
  }
  return seconds ? { action: 'move', seconds: Number(seconds) } : { action, by };
}

document.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button || button.ariaDisabled === 'true' || !state) {
    return;
  }
  if (button.dataset.player) {
    player[button.dataset.player]();
  } else if (button.dataset.story) {
    player.start(stories.find(story => story.id === button.dataset.story));
  } else if (button.type === 'button') {
    player.stop();
    run(actionOf(button.dataset));
  }
});

find('move').addEventListener('submit', event => {
  event.preventDefault();
  player.stop();
  run({ action: 'move', seconds: Number(find('amount').value) * Number(find('unit').value) });
});

find('preset').addEventListener('change', event => {
  player.stop();
  run({ action: 'preset', preset: event.target.value });
});

find('stories').replaceChildren(...stories.map(story => element('li', {}, [
  element('button', { type: 'button', className: 'story' }, [
    element('strong', {}, [story.title]),
    element('span', {}, [story.about]),
  ], { story: story.id }),
])));

watch(view => {
  state = view.state;
  show(view);
  document.body.ariaBusy = 'false';
  shown = view.revision;
  waiting();
});
