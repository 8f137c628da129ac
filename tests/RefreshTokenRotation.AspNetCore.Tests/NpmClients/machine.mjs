import { fetchFrom, readRequest } from './setup.mjs';
import { ManagementClient } from 'auth0';

const { address, clientId, secret, user } = await readRequest();
const domain = new URL(address).host;

// The package knows HTTPS alone, and so its requests are led to where the server listens.
const send = fetchFrom({ issuer: `https://${domain}/`, address });
const connect = (clientSecret) =>
  new ManagementClient({ domain, clientId, clientSecret, audience: `${address}/api/v2/`, fetch: send, maxRetries: 0 });

const api = connect(secret);
const { client_id: client } = await api.clients.get('legacy');
const page = await api.users.refreshToken.list(user);
await api.users.refreshToken.delete(user);

const unsigned = new ManagementClient({ domain, token: 'nonsense', fetch: send, maxRetries: 0 });
const refused = await unsigned.clients.get('legacy').then(() => 'none', (error) => `${error.statusCode}`);

console.log(JSON.stringify({ client, listed: page.data.length, refused }));
