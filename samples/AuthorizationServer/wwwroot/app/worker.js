// The SDK's worker, with the log of requests in front of it.
importScripts('trace.js');
const channel = new BroadcastChannel(new URLSearchParams(location.search).get('log'));
traceFetch(entry => channel.postMessage(entry));
importScripts('vendor/auth0-spa-js/auth0-spa-js.worker.production.js');
