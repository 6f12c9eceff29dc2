import {
  type AgentOptions,
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import type { NetworkSettings } from '../../../../protocol/metrics';
import { hostOf, isLoopback, webAddress } from './endpoint-url';
import { Lookups } from './lookup';
import { ScrapeProblem } from './problems';

/** Open connections to one host, behind which many endpoints may be: each of them has one request under way at most. */
const SOCKETS_PER_HOST = 256;
const IDLE_SOCKETS = 128;
const TUNNEL_MS = 10_000;

/** Reaches hosts as settings say: through a proxy or not, with which certificates. */
export class Network {
  readonly #settings: NetworkSettings;
  readonly #proxies: { readonly http: URL | undefined; readonly https: URL | undefined };
  readonly #plain: HttpAgent;
  #direct: HttpsAgent | undefined;
  #tunnels: HttpsAgent | undefined;
  #context: tls.SecureContext | undefined;
  readonly #lookups = new Lookups();

  /** How a certificate comes to be trusted, for whoever reads that one is not: `Add it …`. */
  readonly trusting: string;

  constructor(settings: NetworkSettings = {}, trusting = TRUSTING) {
    this.#settings = settings;
    this.trusting = trusting;
    const { proxy, proxies } = settings;
    this.#proxies = { http: proxyOf(proxy ?? proxies?.http), https: proxyOf(proxy ?? proxies?.https) };
    this.#plain = new HttpAgent(KEEP_ALIVE);
  }

  /** The proxy on the way to a host. This machine is reached without one, whatever the settings say. */
  proxyFor(url: URL): URL | undefined {
    const proxy = url.protocol === 'https:' ? this.#proxies.https : this.#proxies.http;
    if (!proxy || isLoopback(url)) return undefined;
    return (this.#settings.noProxy ?? []).some((entry) => covers(entry, url)) ? undefined : proxy;
  }

  /** A request that is not sent yet. */
  request(url: URL, headers: Readonly<Record<string, string>>, method: 'GET' | 'POST' = 'GET'): ClientRequest {
    const proxy = this.proxyFor(url);
    const options: RequestOptions = {
      host: hostOf(url),
      ...(url.port !== '' && { port: Number(url.port) }),
      path: `${url.pathname}${url.search}`,
      headers,
      method,
      lookup: this.#lookups.lookup,
    };
    if (url.protocol === 'https:') {
      return httpsRequest({ ...options, agent: proxy ? this.#tunnelsTo(proxy) : this.#directAgent() });
    }
    if (!proxy) return httpRequest({ ...options, agent: this.#plain });
    const path = `${url.protocol}//${url.host}${options.path}`;
    const passed = { ...headers, host: url.host, ...proxyHeaders(proxy) };
    const toProxy = {
      host: hostOf(proxy),
      port: portOf(proxy),
      path,
      headers: passed,
      method,
      lookup: this.#lookups.lookup,
    };
    if (proxy.protocol === 'https:') return httpsRequest({ ...toProxy, agent: this.#directAgent() });
    return httpRequest({ ...toProxy, agent: this.#plain });
  }

  /** Closes what is still open. */
  close(): void {
    this.#plain.destroy();
    this.#direct?.destroy();
    this.#tunnels?.destroy();
  }

  #directAgent(): HttpsAgent {
    this.#direct ??= new HttpsAgent({ ...KEEP_ALIVE, ...this.#tls() });
    return this.#direct;
  }

  #tunnelsTo(proxy: URL): HttpsAgent {
    this.#tunnels ??= new TunnelAgent(proxy, this.#tls());
    return this.#tunnels;
  }

  #tls(): tls.ConnectionOptions {
    this.#context ??= contextOf(this.#settings.certificates ?? []);
    return { secureContext: this.#context, rejectUnauthorized: this.#settings.strictSsl !== false };
  }
}

/** Both are what Node and the client look at. */
const TRUSTING = 'to those that the system trusts, or to NODE_EXTRA_CA_CERTS';

const KEEP_ALIVE: AgentOptions = {
  keepAlive: true,
  maxSockets: SOCKETS_PER_HOST,
  maxFreeSockets: IDLE_SOCKETS,
  scheduling: 'lifo',
};

/**
 * The network settings that the usual variables make, as curl reads them: a proxy that is named for one scheme is not for
 * the other, and `ALL_PROXY` is for what has none of its own.
 */
export function environmentNetwork(environment: Readonly<Record<string, string | undefined>>): NetworkSettings {
  const of = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const [http, https] = [of('HTTP_PROXY') ?? of('ALL_PROXY'), of('HTTPS_PROXY') ?? of('ALL_PROXY')];
  const proxies = { ...(http !== undefined && { http }), ...(https !== undefined && { https }) };
  const noProxy = of('NO_PROXY')
    ?.split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return { ...(Object.keys(proxies).length > 0 && { proxies }), ...(noProxy && { noProxy }) };
}

const UNREADABLE = 'The certificates that are to be trusted cannot be read: they must be PEM.';

/** Certificates beside those that Node brings and, where Node can tell, those of the system. */
function contextOf(certificates: readonly string[]): tls.SecureContext {
  const { getCACertificates: stores } = tls as { getCACertificates?: (store: 'default' | 'system') => string[] };
  if (certificates.length === 0 && !stores) return tls.createSecureContext();
  if (!certificates.every((text) => text.includes('-----BEGIN ') && text.includes('CERTIFICATE-----'))) {
    throw new ScrapeProblem('refused', UNREADABLE);
  }
  const known = stores ? [...stores('default'), ...stores('system')] : tls.rootCertificates;
  try {
    return tls.createSecureContext({ ca: [...new Set([...known, ...certificates])] });
  } catch {
    throw new ScrapeProblem('refused', UNREADABLE);
  }
}

function proxyOf(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  return webAddress(text);
}

/** `*`, `host`, `.domain`, `*.domain`, an address, a range of addresses; each may have a port behind it. */
function covers(entry: string, url: URL): boolean {
  const text = entry.trim().toLowerCase();
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [undefined, undefined, text];
  if (port !== undefined && port !== String(portOf(url))) return false;
  const name = (bracketed ?? plain ?? '').replace(/^\[([^\]]*)\]/, '$1').replace(/^\*?\./, '');
  if (name === '') return false;
  const host = hostOf(url).replace(/\.$/, '');
  if (isIP(host)) return name === '*' || coversAddress(name, host);
  return name === '*' || host === name || host.endsWith(`.${name}`);
}

/** An address, however it is written, or a range of them: `10.0.0.0/8`, `fd00::/8`. */
function coversAddress(entry: string, host: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = isIP(address);
  if (version === 0 || version !== isIP(host)) return false;
  const most = version === 4 ? 32 : 128;
  const prefix = Number(bits ?? most);
  if (prefix > most) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return range.check(host, family);
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const words = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(words).toString('base64')}` };
}

type Connected = (error: Error | null, socket?: Duplex) => void;

/** TLS through a proxy that opens a tunnel to the host (`CONNECT`). */
class TunnelAgent extends HttpsAgent {
  readonly #proxy: URL;
  readonly #tls: tls.ConnectionOptions;
  readonly #opening = new Set<ClientRequest>();

  constructor(proxy: URL, options: tls.ConnectionOptions) {
    super({ ...KEEP_ALIVE, ...options });
    this.#proxy = proxy;
    this.#tls = options;
  }

  override destroy(): void {
    for (const request of this.#opening) request.destroy();
    super.destroy();
  }

  // The library's type has one form of it only; an agent may also call back.
  override createConnection(options: tls.ConnectionOptions, connected: Connected): undefined {
    const proxy = this.#proxy;
    const host = String(options.host);
    const target = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
    const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send({
      host: hostOf(proxy),
      port: portOf(proxy),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      agent: false,
      timeout: TUNNEL_MS,
      ...(proxy.protocol === 'https:' && this.#tls),
    });
    this.#opening.add(request);
    request.on('close', () => this.#opening.delete(request));
    request.on('timeout', () => request.destroy(new ScrapeProblem('down', 'The proxy does not answer.')));
    request.on('error', (error) => {
      const problem =
        error instanceof ScrapeProblem ? error : new ScrapeProblem('down', 'The proxy cannot be reached.');
      connected(problem);
    });
    request.on('response', (response) => {
      response.destroy();
      connected(new ScrapeProblem('down', 'The proxy opens no tunnel.'));
    });
    request.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        const why = statusCode === 407 ? 'The proxy wants to know who asks' : 'The proxy refuses the way to this host';
        return connected(new ScrapeProblem('down', `${why} (HTTP ${statusCode}).`));
      }
      socket.setTimeout(0);
      const secured = tls.connect({ ...options, ...this.#tls, socket, servername: servernameOf(host) });
      secured.once('error', (error) => connected(error));
      secured.once('secureConnect', () => connected(null, secured));
    });
    request.end();
  }
}

/** Addresses are no names. */
function servernameOf(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
