import { fetchFrom, readRequest, refusalOf } from './setup.mjs';
import * as oauth from 'oauth4webapi';

const request = await readRequest();
const options = { [oauth.customFetch]: fetchFrom(request) };
const client = { client_id: request.clientId };
const issuer = new URL(request.issuer);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }));

async function proofs(algorithm) {
  return oauth.DPoP(client, await oauth.generateKeyPair(algorithm));
}

async function send(parameters, DPoP) {
  const response = await oauth.genericTokenEndpointRequest(server, client, oauth.None(), parameters.grant_type, parameters, { DPoP, ...options });
  return oauth.processGenericTokenEndpointResponse(server, client, response);
}

/** A nonce is told once, and sent with every later proof. */
async function withNonce(call) {
  try {
    return await call();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) {
      throw error;
    }
    return call();
  }
}

const DPoP = await proofs(request.algorithm);
const stranger = await proofs(request.algorithm);
const login = await withNonce(() => send(request.login, DPoP));
const refresh = (token, handle) => withNonce(() => send({ grant_type: 'refresh_token', refresh_token: token }, handle));
const refused = await refusalOf(refresh(login.refresh_token, stranger));
const refreshed = await refresh(login.refresh_token, DPoP);
const api = await withNonce(() => oauth.protectedResourceRequest(
  refreshed.access_token, 'GET', new URL(request.api, request.issuer), undefined, undefined, { DPoP, ...options }));

console.log(JSON.stringify({
  algorithms: server.dpop_signing_alg_values_supported,
  types: [login.token_type, refreshed.token_type],
  rotated: login.refresh_token !== refreshed.refresh_token,
  thumbprint: await DPoP.calculateThumbprint(),
  refused,
  api: `${api.status} ${await api.text()}`,
}));
