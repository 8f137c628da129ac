// The stories. A step says what somebody does. The engine decides the result, and so how the story ends.
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const logIn = { action: 'login', caption: 'The user logs in and gets a refresh token: generation 0.' };
const steal = { action: 'steal', caption: 'The thief copies the user’s token: from a backup, from a log, or with a script in the page.' };
const user = caption => ({ action: 'refresh', by: 'user', caption });
const thief = caption => ({ action: 'refresh', by: 'thief', caption });
const cached = caption => ({ action: 'replay', by: 'user', token: 1, caption });
const wait = (seconds, caption) => ({ action: 'move', seconds, caption });

export const stories = [
  {
    id: 'fork',
    title: 'Fork',
    about: 'The thief refreshes before the user does.',
    steps: [
      logIn,
      steal,
      wait(hour, 'An hour goes by.'),
      thief('The thief is the first to use the stolen token.'),
      wait(hour, 'Another hour goes by. The user notices nothing.'),
      user('Now the user’s app refreshes, with the same token.'),
      thief('The thief refreshes again, with the new token.'),
      user('And the user’s app tries once more.'),
    ],
  },
  {
    id: 'tailgate',
    title: 'Tailgate',
    about: 'The thief refreshes right after the user does.',
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
      thief('The thief presents its newest token.'),
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
      user('The user’s app refreshes: generation 0 is no longer the current token.'),
      wait(day, 'A day goes by.'),
      user('And again.'),
      wait(day, 'A day goes by.'),
      user('And again.'),
      wait(day, 'The thief finds the backup only now.'),
      thief('The thief presents generation 0, the oldest token of the family.'),
      user('The user’s app refreshes.'),
    ],
  },
  {
    id: 'keepalive',
    title: 'Keep-alive',
    about: 'The user never comes back, and the thief keeps the session alive.',
    steps: [
      logIn,
      steal,
      wait(10 * day, 'The user is on holiday. Ten days go by.'),
      thief('The thief refreshes, and nobody presents an old token.'),
      wait(10 * day, 'Ten days go by.'),
      thief('And again: the idle lifetime starts again.'),
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
      { action: 'lose', by: 'user', caption: 'Another response is lost.' },
      wait(hour, 'This time the tunnel is an hour long.'),
      { action: 'retry', by: 'user', caption: 'The app retries.' },
      user('The app refreshes as usual.'),
    ],
  },
  {
    id: 'tabs',
    title: 'Two tabs',
    about: 'No thief at all: two tabs send one token at once.',
    steps: [
      logIn,
      { action: 'tab', by: 'user', caption: 'The user opens a second tab, which shares the storage.' },
      wait(hour, 'The access tokens of both tabs expire.'),
      { action: 'race', by: 'user', caption: 'Both tabs read the same refresh token and send it at once.' },
      wait(hour, 'An hour goes by.'),
      user('The first tab refreshes with the token in the storage.'),
    ],
  },
  {
    id: 'agents',
    title: 'Five processes',
    about: 'No thief: five processes of the user’s agent cache one stored token.',
    steps: [
      logIn,
      user('All five processes read the token. The first one refreshes.'),
      wait(10 * minute, 'Ten minutes go by.'),
      cached('The second process refreshes, with the token that it read at its start.'),
      wait(10 * minute, 'Ten minutes go by.'),
      cached('So does the third.'),
      user('The first process refreshes again.'),
      cached('And the fourth, which is two generations behind.'),
      wait(10 * minute, 'Ten minutes go by.'),
      cached('The fifth process wakes last.'),
    ],
  },
];

/** Whether somebody can still take the step. */
export function possible(step, { user: owner, thief: copier }) {
  switch (step.action) {
    case 'move': return owner.current !== null || copier.current !== null;
    case 'retry': return owner.lost;
    case 'login': return true;
    default: return (step.by === 'thief' ? copier : owner).current !== null;
  }
}

/** What a story has shown. It goes by how the story really ended, because the visitor may have intervened. */
export function lessonOf({ id }, { family, user: owner, thief: copier, preset }) {
  if (family === null) {
    return 'The end: you started over, and nobody is logged in.';
  }
  const hadThief = copier.tokens.length > 0;
  if (family.state === 'expired') {
    return 'The end: expired. If the user never comes back, no token is presented twice, so reuse detection can’t find the thief. The absolute lifetime ends the session, and no refresh extends it.';
  }
  if (family.reason === 'reuse_detected') {
    return hadThief
      ? 'The end: caught. One token was presented twice, so one of the two is a thief. The server can’t know which, so it ends the family for both.'
      : `The end: a false alarm. With ${preset.name} an honest ${{ tabs: 'second tab', agents: 'process' }[id] ?? 'retry'} looks like a theft, and the user must log in again.`;
  }
  if (family.state === 'revoked') {
    return 'The end: the user logged out. That ended the family, so every copy of its tokens is worthless.';
  }
  if (family.hasAlarm) {
    return hadThief && copier.works
      ? 'The end: reported, not stopped. Shadow mode rejected the user, and the thief goes on. Use shadow mode to count alarms before you trust them.'
      : 'The end: reported, not stopped. Shadow mode rejected one token and revoked nothing.';
  }
  if (hadThief) {
    return `The end: unnoticed. ${{
      fapi: 'With FAPI the token never changes, so a copy is as good as the original.',
      agents: 'With Agents a thief who refreshes within the hour looks like one more process.',
    }[preset.id] ?? 'Nobody has presented a token that was used up.'}`;
  }
  return owner.works
    ? `The end: nobody noticed a thing. ${preset.name} forgives an honest client.`
    : 'The end: the user must log in again.';
}
