import { fetchFrom, importKey, readRequest, refusalOf } from './setup.mjs';
import * as oauth from 'oauth4webapi';

const request = await readRequest();
const options = { [oauth.customFetch]: fetchFrom(request) };
const client = { client_id: request.clientId };
const issuer = new URL(request.issuer);

async function discover(algorithm) {
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...options });
  return oauth.processDiscoveryResponse(issuer, response);
}

async function authentication({ method, secret, key }) {
  switch (method) {
    case 'none':
      return oauth.None();
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(secret);
    case 'client_secret_post':
      return oauth.ClientSecretPost(secret);
    case 'private_key_jwt':
      return oauth.PrivateKeyJwt(await importKey(key));
    default:
      throw new Error(`No such method: ${method}`);
  }
}

const server = await discover('oauth2');
const openId = await discover('oidc');
const auth = await authentication(request);
const resourceServer = { client_id: request.introspector.clientId };
const resourceServerAuth = oauth.ClientSecretBasic(request.introspector.secret);

async function refresh(token) {
  const response = await oauth.refreshTokenGrantRequest(server, client, auth, token, options);
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function introspect(token) {
  const response = await oauth.introspectionRequest(server, resourceServer, resourceServerAuth, token, options);
  return oauth.processIntrospectionResponse(server, resourceServer, response);
}

async function revoke(token) {
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, auth, token, options));
}

const refreshed = await refresh(request.refreshToken);
const again = await refresh(refreshed.refresh_token);
const before = [await introspect(again.refresh_token), await introspect(again.access_token)];
const own = request.method === 'none' ? null : await oauth.processIntrospectionResponse(
  server, client, await oauth.introspectionRequest(server, client, auth, again.refresh_token, options));
await revoke(again.refresh_token);
await revoke(again.refresh_token);
const after = [await introspect(again.refresh_token), await introspect(again.access_token)];

console.log(JSON.stringify({
  sameDocument: JSON.stringify(server) === JSON.stringify(openId),
  rotated: new Set([request.refreshToken, refreshed.refresh_token, again.refresh_token]).size === 3,
  subject: oauth.getValidatedIdTokenClaims(again).sub,
  before: before.map(({ active, sub, client_id }) => ({ active, sub, client_id })),
  own: own?.active ?? null,
  after,
  refused: await refusalOf(refresh(again.refresh_token)),
}));
