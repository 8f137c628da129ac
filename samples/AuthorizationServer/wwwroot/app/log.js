// The log: requests of the page and of the SDK's worker, and responses that a frame or a pop-up sends as a message.
import './trace.js';
import { element } from './view.js';

const longest = 50;

export function startLog(list, logName, server) {
  const add = entry => {
    list.prepend(row(entry));
    while (list.children.length > longest) {
      list.lastChild.remove();
    }
  };

  traceFetch(add);
  new BroadcastChannel(logName).addEventListener('message', event => add(event.data));
  window.addEventListener('message', event => {
    const response = event.origin === server && event.data?.type === 'authorization_response' && event.data.response;
    if (response) {
      add(authorization(event.source?.parent === window ? 'hidden frame' : 'pop-up', response));
    }
  });
  return response => add(authorization('redirect', response));
}

function authorization(way, { code, error, error_description: description }) {
  return {
    method: 'GET',
    path: '/authorize',
    sent: [['by', way]],
    failed: Boolean(error),
    got: error ? [['error', error], ['error_description', description ?? '']] : [['code', `…${code.slice(-6)}`]],
  };
}

function row({ method, path, sent, got = [], status, time, error, failed }) {
  const bad = failed || error || status >= 400;
  const outcome = error ?? [status, time === undefined ? null : `${time} ms`].filter(Boolean).join(' · ');
  const field = ([name, value]) => element('span', { className: name === 'refresh_token' ? 'field key' : 'field' }, [`${name}=${value}`]);
  // A line may break at the spaces.
  const line = (arrow, fields) => fields.length === 0 ? [] : [
    element('div', { className: 'fields' }, [arrow, ...fields.flatMap(each => [' ', field(each)])]),
  ];
  return element('li', {}, [
    element('div', { className: 'line' }, [
      element('time', {}, [new Date().toLocaleTimeString([], { hour12: false })]),
      element('span', { className: 'what' }, [`${method} ${path}`]),
      element('span', { className: bad ? 'bad' : 'good' }, [outcome || (bad ? 'rejected' : 'answered')]),
    ]),
    ...line('→', sent),
    ...line('←', got),
  ]);
}
