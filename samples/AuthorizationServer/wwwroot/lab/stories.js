// The stories. A step says what somebody does; what comes of it is the engine's business, and so is how the story ends.
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const logIn = { action: 'login', caption: 'The user logs in and gets a refresh token: generation 0.' };
const steal = { action: 'steal', caption: 'The thief copies the user’s token, from a backup, a log or by a script in the page.' };
const user = caption => ({ action: 'refresh', by: 'user', caption });
const thief = caption => ({ action: 'refresh', by: 'thief', caption });
const wait = (seconds, caption) => ({ action: 'move', seconds, caption });

export const stories = [
  {
    id: 'fork',
    title: 'Fork',
    about: 'The thief is quicker than the user.',
    steps: [
      logIn,
      steal,
      wait(hour, 'An hour goes by.'),
      thief('The thief is first to use the stolen token.'),
      wait(hour, 'Another hour. The user knows nothing of it.'),
      user('Now the user’s app refreshes, with the same token.'),
      thief('The thief goes on with what it got.'),
      user('And what does the user’s app get?'),
    ],
  },
  {
    id: 'tailgate',
    title: 'Tailgate',
    about: 'The thief follows right behind each refresh.',
    steps: [
      logIn,
      steal,
      wait(hour, 'An hour goes by.'),
      user('The user’s app refreshes.'),
      wait(5, 'Five seconds later …'),
      thief('… the thief presents the token that was just replaced.'),
      wait(hour, 'An hour goes by.'),
      user('The user’s app refreshes again.'),
      wait(minute, 'This time the thief is a minute late.'),
      thief('It presents what it has.'),
      user('The user’s app refreshes once more.'),
    ],
  },
  {
    id: 'oldest',
    title: 'Oldest token',
    about: 'A token from long ago comes back.',
    steps: [
      logIn,
      steal,
      wait(day, 'A day goes by.'),
      user('The user refreshes: generation 0 is history.'),
      wait(day, 'A day goes by.'),
      user('And again.'),
      wait(day, 'A day goes by.'),
      user('And again.'),
      wait(day, 'The thief finds the backup only now.'),
      thief('It presents generation 0, the oldest token of the family.'),
      user('The user’s app refreshes.'),
    ],
  },
  {
    id: 'keepalive',
    title: 'Keep-alive',
    about: 'The user never comes back; the thief keeps the session warm.',
    steps: [
      logIn,
      steal,
      wait(10 * day, 'The user is on holiday. Ten days go by.'),
      thief('The thief refreshes, and nobody presents an old token.'),
      wait(10 * day, 'Ten days go by.'),
      thief('And again: the idle lifetime begins anew.'),
      wait(10 * day, 'Thirty days after the log-in.'),
      thief('The thief tries once more.'),
    ],
  },
  {
    id: 'lost',
    title: 'Lost response',
    about: 'No thief at all: a phone in a tunnel.',
    steps: [
      logIn,
      wait(hour, 'An hour goes by.'),
      { action: 'lose', by: 'user', caption: 'The app refreshes. The server rotates, and the response is lost.' },
      wait(3, 'Three seconds later …'),
      { action: 'retry', by: 'user', caption: '… the app retries with the only token it has.' },
      wait(hour, 'An hour goes by.'),
      { action: 'lose', by: 'user', caption: 'Once more a response is lost.' },
      wait(hour, 'This time the tunnel is an hour long.'),
      { action: 'retry', by: 'user', caption: 'The app retries.' },
      user('The user works on.'),
    ],
  },
  {
    id: 'tabs',
    title: 'Two tabs',
    about: 'No thief either: two tabs, one token, one moment.',
    steps: [
      logIn,
      { action: 'tab', by: 'user', caption: 'The user opens a second tab, which shares the storage.' },
      wait(hour, 'Both access tokens run out.'),
      { action: 'race', by: 'user', caption: 'Both tabs read the same refresh token and send it at once.' },
      wait(hour, 'An hour goes by.'),
      user('The first tab refreshes with what is in the storage.'),
    ],
  },
];

/** Whether there is somebody left who can take the step. */
export function possible(step, { user: owner, thief: copier }) {
  switch (step.action) {
    case 'move': return owner.current !== null || copier.current !== null;
    case 'retry': return owner.lost;
    case 'login': return true;
    default: return (step.by === 'thief' ? copier : owner).current !== null;
  }
}

/** What a story has shown, by how it really ended: the visitor may have had a hand in it. */
export function lessonOf({ id }, { family, user: owner, thief: copier, preset }) {
  if (family === null) {
    return 'The end: the world was started over, and nobody is logged in.';
  }
  const hadThief = copier.tokens.length > 0;
  if (family.state === 'expired') {
    return 'The end: expired. Reuse can’t show a thief who never meets the user. The absolute lifetime ends the session, and no refresh moves it.';
  }
  if (family.reason === 'reuse_detected') {
    return hadThief
      ? 'The end: caught. One token came twice, so one of the two is a thief. Nobody can say which, so the family is over for both.'
      : `The end: a false alarm. Under ${preset.name} an honest ${id === 'tabs' ? 'second tab' : 'retry'} looks like a theft, and the user must log in again.`;
  }
  if (family.state === 'revoked') {
    return 'The end: the user logged out. That ended the family, and every copy of its tokens with it.';
  }
  if (family.hasAlarm) {
    return hadThief && copier.works
      ? 'The end: reported, not stopped. Shadow mode refused the user, and the thief goes on. It is there to count alarms before you trust them.'
      : 'The end: reported, not stopped. Shadow mode refused one presentation and revoked nothing.';
  }
  if (hadThief) {
    return `The end: unnoticed. Under ${preset.name} no token is ever used up, so a copy is as good as the original.`;
  }
  return owner.works
    ? `The end: nobody noticed a thing. ${preset.name} forgives an honest client.`
    : 'The end: the user must log in again.';
}
