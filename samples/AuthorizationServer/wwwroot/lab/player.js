// Plays a story. Each step is a real request. A step that its holder can no longer take is skipped.
import { lessonOf, possible } from './stories.js';

const find = id => document.getElementById(id);

export class Player {
  #run;
  #pace;
  #startsPaused;
  #state;
  #story = null;
  #next = 0;
  #playing = false;
  #busy = false;
  #timer = 0;
  #ended = false;

  constructor({ run, pace, startsPaused, state }) {
    this.#run = run;
    this.#pace = pace;
    this.#startsPaused = startsPaused;
    this.#state = state;
  }

  async start(story) {
    if (this.#busy) {
      return;
    }
    this.stop();
    this.#story = story;
    this.#next = 0;
    this.#ended = false;
    this.#playing = !this.#startsPaused;
    find('player').hidden = false;
    find('player').dataset.story = story.id;
    for (const button of document.querySelectorAll('.story')) {
      button.toggleAttribute('data-chosen', button.dataset.story === story.id);
    }
    this.#show(`${story.title}. ${story.about}`);
    await this.#act({ action: 'reset' });
    this.#wait();
  }

  close() {
    this.stop();
    find('player').hidden = true;
    const chosen = document.querySelector('.story[data-chosen]');
    chosen?.focus();
    chosen?.removeAttribute('data-chosen');
  }

  /** The button that plays and pauses. */
  play() {
    if (this.#ended) {
      this.again();
      return;
    }
    this.#playing = !this.#playing;
    this.#show();
    this.#wait();
  }

  again() {
    this.start(this.#story);
  }

  async step() {
    if (this.#busy || this.#ended || !this.#story) {
      return;
    }
    clearTimeout(this.#timer);
    let step = this.#story.steps[this.#next];
    while (step && !possible(step, this.#state())) {
      step = this.#story.steps[++this.#next];
    }
    if (!step) {
      this.#end();
      return;
    }
    this.#next++;
    this.#show(step.caption);
    await this.#act(step);
    this.#wait();
  }

  /** Pauses: somebody else acts now. */
  stop() {
    clearTimeout(this.#timer);
    this.#playing = false;
    this.#show();
  }

  async #act({ action, by, seconds, token }) {
    this.#busy = true;
    await this.#run({ action, by, seconds, token });
    find('timeline').lastElementChild?.scrollIntoView({ block: 'nearest' });
    this.#busy = false;
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#playing && !this.#ended) {
      this.#timer = setTimeout(() => this.step(), this.#pace);
    }
  }

  #end() {
    this.#ended = true;
    this.#playing = false;
    this.#show(lessonOf(this.#story, this.#state()));
  }

  #show(caption) {
    const player = find('player');
    if (caption) {
      find('caption').textContent = caption;
    }
    player.dataset.state = this.#ended ? 'ended' : this.#playing ? 'playing' : 'paused';
    player.querySelector('[data-player=play]').textContent = this.#ended ? 'Play again' : this.#playing ? 'Pause' : 'Play';
    player.querySelector('[data-player=step]').ariaDisabled = String(this.#ended);
    const progress = find('progress');
    progress.max = this.#story?.steps.length ?? 1;
    progress.value = this.#ended ? progress.max : this.#next;
  }
}
