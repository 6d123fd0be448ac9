// A proxy variable's value: where the proxy is, and its credentials kept apart.

import type { Endpoint } from '../model/target.ts';

export interface ProxyUrl {
  readonly endpoint: Endpoint;
  readonly scheme: string;
  /** `Basic …`, or null. Secret. */
  readonly authorization: string | null;
  /** For people: credentials replaced by ***. */
  readonly shown: string;
}

/** null for text that is no proxy URL. Without a scheme it is http, as curl has it; without a port 1080 (curl's default). */
export function parseProxyUrl(text: string): ProxyUrl | null {
  const value = text.trim();
  if (value === '') return null;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (!url.hostname) return null;
    const scheme = url.protocol.replace(':', '');
    const credentials = url.username !== '' || url.password !== '';
    const plain = `${decoded(url.username)}:${decoded(url.password)}`;
    // URL drops a default port; curl's default for a proxy is 1080 unless one is written.
    const written = /:(\d+)\/?$/.exec(value)?.[1];
    const port = url.port ? Number(url.port) : written ? Number(written) : 1080;
    return {
      endpoint: { address: url.hostname.replace(/^\[|\]$/g, ''), port },
      scheme,
      authorization: credentials ? `Basic ${Buffer.from(plain).toString('base64')}` : null,
      shown: `${scheme}://${credentials ? '***@' : ''}${url.hostname}:${port}`,
    };
  } catch {
    return null;
  }
}

// A per cent sign that stands for itself is common in passwords; curl takes it as it is.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
