import { fetchFrom, importKey, readRequest, refusalOf } from './setup.mjs';
import * as client from 'openid-client';

const request = await readRequest();
const issuer = new URL(request.issuer);

async function authentication({ method, secret, key }) {
  switch (method) {
    case 'none':
      return client.None();
    case 'client_secret_basic':
      return client.ClientSecretBasic(secret);
    case 'client_secret_post':
      return client.ClientSecretPost(secret);
    case 'private_key_jwt':
      return client.PrivateKeyJwt(await importKey(key));
    default:
      throw new Error(`No such method: ${method}`);
  }
}

const configure = (id, auth, algorithm) =>
  client.discovery(issuer, id, undefined, auth, { algorithm, [client.customFetch]: fetchFrom(request) });

const config = await configure(request.clientId, await authentication(request), 'oidc');
const plain = await configure(request.clientId, await authentication(request), 'oauth2');
const resourceServer = await configure(request.introspector.clientId, client.ClientSecretBasic(request.introspector.secret), 'oauth2');

// Checks the ID token's signature by the published keys, too.
client.enableNonRepudiationChecks(config);

const refreshed = await client.refreshTokenGrant(config, request.refreshToken);
const again = await client.refreshTokenGrant(config, refreshed.refresh_token);
const introspect = (token) => client.tokenIntrospection(resourceServer, token);
const before = [await introspect(again.refresh_token), await introspect(again.access_token)];
const own = request.method === 'none' ? null : await client.tokenIntrospection(config, again.refresh_token);
await client.tokenRevocation(config, again.refresh_token);
await client.tokenRevocation(config, again.refresh_token);
const after = [await introspect(again.refresh_token), await introspect(again.access_token)];

console.log(JSON.stringify({
  sameDocument: JSON.stringify(config.serverMetadata()) === JSON.stringify(plain.serverMetadata()),
  rotated: new Set([request.refreshToken, refreshed.refresh_token, again.refresh_token]).size === 3,
  subject: again.claims().sub,
  before: before.map(({ active, sub, client_id }) => ({ active, sub, client_id })),
  own: own?.active ?? null,
  after,
  refused: await refusalOf(client.refreshTokenGrant(config, again.refresh_token)),
}));
