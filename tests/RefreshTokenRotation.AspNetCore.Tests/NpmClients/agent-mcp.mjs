import './setup.mjs';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { serve, tokensIn } from './agent.mjs';

// One of several processes that share a token file, with the SDK's own refresh.
const [server, clientId, path, api] = process.argv.slice(2);

await serve(() => {
  const tokens = tokensIn(path);
  const redirectUrl = 'http://127.0.0.1/callback';
  const authProvider = {
    redirectUrl,
    clientMetadata: { redirect_uris: [redirectUrl], client_name: 'Agent' },
    clientInformation: () => ({ client_id: clientId, issuer: server }),
    tokens: () => tokens.get() && { issuer: server, ...tokens.get() },
    saveTokens: tokens.set,
    codeVerifier: () => '',
    saveCodeVerifier() {},
    redirectToAuthorization() {}, // nobody is there to log in
    invalidateCredentials: tokens.forget,
  };
  let client;

  return async () => {
    try {
      if (!client) {
        const connecting = new Client({ name: 'agent', version: '1.0.0' });
        await connecting.connect(new StreamableHTTPClientTransport(new URL('/mcp', api), { authProvider }));
        client = connecting;
      }
      return !(await client.callTool({ name: 'echo', arguments: { text: 'hello' } })).isError;
    } catch (error) {
      // The second: a fresh access token ended with its family, which another process's replay revoked.
      if (error instanceof UnauthorizedError || error.code === 401) {
        return false;
      }
      throw error;
    }
  };
});
