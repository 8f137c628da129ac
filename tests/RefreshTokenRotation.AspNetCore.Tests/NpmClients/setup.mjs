import { webcrypto } from 'node:crypto';

// Node 18 has these, but not by their global names.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

/** What the test asks for, as a JSON object on the standard input. */
export async function readRequest() {
  let text = '';
  for await (const part of process.stdin) {
    text += part;
  }
  return JSON.parse(text);
}

/** The server goes by the name of its issuer; its requests go to where it listens. */
export function fetchFrom({ issuer, address }) {
  return (url, options) => fetch(new URL(url).href.replace(issuer, new URL(address).href), options);
}

/** The client's private key, for private_key_jwt. */
export async function importKey({ keyId, algorithm, pkcs8 }) {
  const parameters = {
    ES256: { name: 'ECDSA', namedCurve: 'P-256' },
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  }[algorithm];
  const bytes = Buffer.from(pkcs8.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  return { key: await crypto.subtle.importKey('pkcs8', bytes, parameters, false, ['sign']), kid: keyId };
}

/** The error code of a refusal; a refusal that the library can't read is an error of the test. */
export async function refusalOf(promise) {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (typeof error.error !== 'string') {
      throw error;
    }
    return `${error.status} ${error.error}`;
  }
}
