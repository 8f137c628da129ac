// Calls the management API. The header proves that the call comes from a page of this server: another site can make a browser send the cookie, but not the header.
const formToken = document.getElementById('admin').dataset.formToken;

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function call(method, path, { body, etag, base = '/api/v2' } = {}) {
  const headers = { 'X-Form-Token': formToken };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (etag) {
    headers['If-Match'] = etag;
  }
  let response;
  try {
    response = await fetch(`${base}${path}`, { method, headers, body, cache: 'no-store', credentials: 'same-origin' });
  } catch {
    throw new ApiError(0, 'The server does not respond.');
  }
  const text = await response.text();
  if (response.ok) {
    return { data: text ? JSON.parse(text) : undefined, etag: response.headers.get('ETag') };
  }
  throw new ApiError(response.status, messageOf(response.status, text));
}

function messageOf(status, text) {
  try {
    return JSON.parse(text).message;
  } catch {
    // Not a response of the API: the request did not get that far.
    return status === 401 || status === 403
      ? 'You are no longer signed in as an administrator. Reload the page.'
      : `The server returned ${status}.`;
  }
}
