import { serve, tokensIn } from './agent.mjs';

// One of several processes that share a token file, with nothing but fetch.
const [server, clientId, path, api] = process.argv.slice(2);

await serve(() => {
  const tokens = tokensIn(path);
  const call = () => fetch(new URL('/api/thing', api), { headers: { Authorization: `Bearer ${tokens.get().access_token}` } });

  return async () => {
    if ((await call()).ok) {
      return true;
    }
    const answer = await fetch(new URL('/oauth/token', server), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: tokens.get().refresh_token }),
    });
    if (!answer.ok) {
      return false;
    }
    tokens.set(await answer.json());
    return (await call()).ok;
  };
});
