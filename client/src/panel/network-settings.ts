import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { workspace } from 'vscode';
import type { NetworkSettings } from '../../../protocol/metrics';

/** Where Linux distributions keep the certificates of authorities. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** How VS Code is set to reach hosts. The server runs beside the extension host, whose patches do not reach it. */
export async function readNetworkSettings(): Promise<NetworkSettings> {
  const http = workspace.getConfiguration('http');
  const proxied = http.get<string>('proxySupport') !== 'off';
  const proxy = proxied ? http.get<string>('proxy')?.trim() : undefined;
  const noProxy = http.get<unknown>('noProxy');
  const except = [...(Array.isArray(noProxy) ? noProxy.map(String) : []), ...exceptInEnvironment()];
  const certificates = await readCertificates(http.get<boolean>('systemCertificates') !== false);
  return {
    ...(proxy ? { proxy } : proxied && { proxies: fromEnvironment() }),
    ...(except.length > 0 && { noProxy: except }),
    strictSsl: http.get<boolean>('proxyStrictSSL') !== false,
    ...(certificates.length > 0 && { certificates }),
  };
}

function variable(name: string): string | undefined {
  return process.env[name.toLowerCase()] || process.env[name] || undefined;
}

/** What is for `https:` is not for `http:`, which would show it what is sent. */
function fromEnvironment(): NonNullable<NetworkSettings['proxies']> {
  const [plain, secure] = [variable('HTTP_PROXY'), variable('HTTPS_PROXY') ?? variable('HTTP_PROXY')];
  return { ...(plain && { http: plain }), ...(secure && { https: secure }) };
}

function exceptInEnvironment(): string[] {
  return (variable('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}

/**
 * Authorities beside those that Node brings: those of `NODE_EXTRA_CA_CERTS`, which a list of our own would leave out, and
 * those of the system, where Node is too old to read them itself.
 */
async function readCertificates(system: boolean): Promise<string[]> {
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const files = extra ? [[extra]] : [];
  if (system && !('getCACertificates' in tls) && process.platform === 'linux') {
    files.push([process.env.SSL_CERT_FILE ?? '', ...BUNDLES].filter((file) => file !== ''));
  }
  const texts = await Promise.all(files.map(firstReadable));
  return texts.flatMap((text) => (text?.includes('-----BEGIN CERTIFICATE-----') ? [text] : []));
}

async function firstReadable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text) return text;
  }
  return undefined;
}
