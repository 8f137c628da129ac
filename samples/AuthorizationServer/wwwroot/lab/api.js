// The two endpoints of the lab. A cookie that scripts can't read names the visitor's world.

/** Asks for an action. Returns the revision of the world that shows it, or an error. */
export async function act(action) {
  try {
    const response = await fetch('api/actions', {
      method: 'POST',
      // A form of another site can send neither of these.
      headers: { 'content-type': 'application/json', 'x-lab': '1' },
      body: JSON.stringify(action),
    });
    return await response.json();
  } catch {
    return { error: 'The server does not respond.' };
  }
}

/** Passes on each change of the world; at first, and after a lost connection, the whole world. */
export function watch(tell) {
  new EventSource('api/events').addEventListener('message', event => tell(JSON.parse(event.data)));
}
