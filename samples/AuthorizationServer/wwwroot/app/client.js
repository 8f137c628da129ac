// The SDK, with the visitor's settings.
import { Auth0Client } from './vendor/auth0-spa-js/auth0-spa-js.production.esm.js';

const scopes = {
  'https://api1': 'profile email read:messages write:messages',
  'https://api2': 'profile email read:reports',
  'https://api3': 'profile email read:secrets',
};

/** Where the server sends the browser back to: this page, without query or fragment. */
export const callback = location.origin + location.pathname;

export function createClient(settings, logName) {
  return new Auth0Client({
    domain: settings.server,
    clientId: settings.client,
    useRefreshTokens: true,
    useRefreshTokensFallback: settings.fallback,
    useMrrt: settings.multi,
    cacheLocation: settings.storage,
    useFormData: settings.body === 'form',
    // Refresh tokens in memory live in a worker. With our own file for it, the content security policy needs no blob:.
    workerUrl: `worker.js?log=${logName}`,
    authorizationParams: { redirect_uri: callback, audience: settings.audience, scope: scopes },
  });
}
