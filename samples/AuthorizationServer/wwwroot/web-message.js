// Sends the response to the window that embeds this one, or else to the one that opened it, and only to the client's origin.
const { response, targetOrigin } = document.body.dataset;
const receiver = window.parent === window ? window.opener : window.parent;
receiver?.postMessage({ type: 'authorization_response', response: JSON.parse(response) }, targetOrigin);
