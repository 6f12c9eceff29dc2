/** What somebody typed as an address, or why it cannot be one. */
export type Address = { readonly url: string; readonly label: string } | { readonly problem: string };

/** Reads `host:8000`, `http://host:8000`, `https://[::1]:9000/metrics`. What has no path means `/metrics`. */
export function readAddress(text: string): Address {
  const given = text.trim();
  if (given === '') return { problem: 'An address such as http://10.0.0.1:8000/metrics.' };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    return { problem: 'No address: HOST:PORT, or http:// or https:// and so on.' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { problem: 'Only http and https are spoken.' };
  // It would be shown, kept and written into recordings.
  if (url.username || url.password) return { problem: 'No secrets in addresses: NIXL: Set Metrics Token… keeps them.' };
  if (url.pathname === '/' && !url.search) url.pathname = '/metrics';
  url.hash = '';
  return { url: url.href, label: url.host };
}

/** Where a token goes: scheme, host and port. Nothing for what is no address of the web. */
export function originOf(address: string): string | undefined {
  const read = readAddress(address);
  return 'url' in read ? new URL(read.url).origin : undefined;
}

/** A token would travel in the clear, and further than this machine. */
export function isInClear(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
