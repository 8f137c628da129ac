// Wraps fetch, to report requests and responses. A plain script, because the page imports it and the SDK's worker loads it.
globalThis.traceFetch = report => {
  const secrets = ['refresh_token', 'access_token', 'id_token', 'token', 'code', 'code_verifier'];
  const left = ['redirect_uri', 'client_id', 'token_type', 'token_type_hint'];
  const send = globalThis.fetch;

  const fields = values => Object.entries(values ?? {})
    .filter(([name, value]) => !left.includes(name) && typeof value !== 'object')
    .sort(([a], [b]) => (b === 'refresh_token') - (a === 'refresh_token'))
    .map(([name, value]) => [name, secrets.includes(name) ? `…${String(value).slice(-6)}` : String(value)]);

  const parse = text => {
    try {
      return JSON.parse(text);
    } catch {
      return text.includes('=') ? Object.fromEntries(new URLSearchParams(text)) : {};
    }
  };

  globalThis.fetch = async (input, init) => {
    const entry = {
      method: init?.method ?? 'GET',
      path: new URL(input.url ?? input, location.href).pathname,
      sent: fields(parse(String(init?.body ?? ''))),
    };
    const begun = performance.now();
    const time = () => Math.round(performance.now() - begun);
    try {
      const response = await send(input, init);
      // The SDK reads the response itself. This reads a copy, and nothing waits for it.
      response.clone().text().then(
        text => report({ ...entry, time: time(), status: response.status, got: fields(parse(text)) }),
        () => report({ ...entry, time: time(), error: 'The response was cut off.' }));
      return response;
    } catch (error) {
      report({ ...entry, time: time(), error: error.message });
      throw error;
    }
  };
};
