/** An address that cannot be asked, and why. */
export class AddressProblem extends Error {}

/**
 * The address of a metrics page. Without a scheme it is `http:`, and without a path `/metrics`.
 * @throws AddressProblem
 */
export function endpointUrl(text: string): URL {
  const url = webAddress(text);
  if (url.pathname === '/') url.pathname = '/metrics';
  return url;
}

/** An address of the web: `host:8000`, `https://[2001:db8::1]:9090/prometheus`. */
export function webAddress(text: string): URL {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  let url: URL;
  try {
    url = new URL(full);
  } catch {
    throw new AddressProblem('The address cannot be read: it is written as http://HOST:PORT/metrics.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AddressProblem(`Only http: and https: are spoken, not ${url.protocol}`);
  }
  url.hash = '';
  return url;
}

/** The host as the system wants it: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** The host is this machine. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
