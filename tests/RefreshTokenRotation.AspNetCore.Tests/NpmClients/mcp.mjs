import { readRequest } from './setup.mjs';
import { auth } from '@modelcontextprotocol/sdk/client/auth.js';

// One step of an agent: what it keeps between two steps comes in and goes out.
const { serverUrl, clientId, redirectUrl, store: kept, code } = await readRequest();
const store = kept ?? {};

const provider = {
  redirectUrl,
  clientMetadata: { redirect_uris: [redirectUrl], client_name: 'Agent' },
  clientInformation: () => store.client ?? { client_id: clientId },
  tokens: () => store.tokens,
  saveTokens(tokens) { store.tokens = tokens; },
  codeVerifier: () => store.verifier,
  saveCodeVerifier(verifier) { store.verifier = verifier; },
  discoveryState: () => store.discovery,
  saveDiscoveryState(state) { store.discovery = state; },
  redirectToAuthorization(address) { store.address = address.href; },
  invalidateCredentials(what) {
    store.invalidated = [...store.invalidated ?? [], what];
    delete store.tokens;
  },
};

const result = await auth(provider, { serverUrl, authorizationCode: code ?? undefined });
console.log(JSON.stringify({ result, store }));
