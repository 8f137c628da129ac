// The two endpoints of the lab. The world they speak of is named by a cookie that no script can read.

/** Asks for an action. Returns the revision of the world that shows it, or the error that speaks against it. */
export async function act(action) {
  try {
    const response = await fetch('api/actions', {
      method: 'POST',
      // No form of another site can send either of these.
      headers: { 'content-type': 'application/json', 'x-lab': '1' },
      body: JSON.stringify(action),
    });
    return await response.json();
  } catch {
    return { error: 'The server does not answer.' };
  }
}

/** Tells each change of the world, and all of it at first and after the connection was lost. */
export function watch(tell) {
  new EventSource('api/events').addEventListener('message', event => tell(JSON.parse(event.data)));
}
