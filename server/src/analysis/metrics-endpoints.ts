import {
  type ContainerPort,
  type Deployment,
  type Engine,
  flagPlace,
  knownInteger,
  knownText,
  type Place,
  type Pod,
  placeOf,
  type RequestProxy,
  type Service,
  type ServicePort,
  selects,
  type Value,
} from '../model';
import { hostShape } from '../rules/support/hosts';
import { routingSidecars, sidecarListens } from '../rules/support/routing-sidecars';
import { apiSocket, type Socket, socketsOf } from '../rules/support/sockets';

/** An address at which an engine shows its metrics, as far as the files tell. */
export interface MetricsEndpoint {
  readonly engine: Engine | undefined;
  /** The name of its pod, or of what else it runs in. */
  readonly name: string | undefined;
  readonly role: 'prefill' | 'decode' | 'both' | undefined;
  /** `vllm`: its API server's page, or that of Dynamo's system port · `nixl`: the page of NIXL's own exporter. */
  readonly shows: 'vllm' | 'nixl';
  readonly url: string;
  /** `port 8100 of prefill`, and what has to be done to reach it. */
  readonly reason: string;
  readonly place: Place;
}

/** Where a port can be reached from outside of its process. */
interface Address {
  readonly host: string;
  readonly port: number;
  /** What has to be known about it. */
  readonly remark: string | undefined;
}

/** The metrics pages of all engines, then those that only proxies name. */
export function metricsEndpoints(deployment: Deployment): MetricsEndpoint[] {
  const own = deployment.engines.flatMap((engine) => {
    if (engine.container?.kind === 'init' || !runs(engine)) return [];
    return [...apiPages(engine, deployment), ...exporterPages(engine, deployment)];
  });
  const known = new Set(own.map(({ url }) => url));
  const named = deployment.proxies.flatMap(namedByProxy).filter(({ url }) => !known.has(url));
  return [...own, ...named];
}

/** What is a file of settings alone starts nothing. */
function runs({ entry }: Engine): boolean {
  return !entry.endsWith(' file');
}

function apiPages(engine: Engine, deployment: Deployment): MetricsEndpoint[] {
  if (engine.entry === 'dynamo.vllm') return dynamoPages(engine, deployment);
  const socket = apiSocket(engine);
  if (!socket) return [];
  const scheme = engine.flags.get('ssl-certfile') ? 'https' : 'http';
  const ports = Array.from({ length: Math.min(socket.last - socket.first + 1, MOST_PORTS) }, (_, index) => index);
  return ports.map((index) => page(engine, deployment, { ...socket, first: socket.first + index }, scheme, 'vllm'));
}

/** Ports of one engine: more ranks than any node has. */
const MOST_PORTS = 64;

/** Dynamo's worker shows what vLLM counts on its system port, where that is switched on. */
function dynamoPages(engine: Engine, deployment: Deployment): MetricsEndpoint[] {
  const variable = engine.environment.get('DYN_SYSTEM_PORT');
  const port = knownInteger(variable?.value);
  if (!variable || port === undefined || port <= 0) return [];
  const socket = { first: port, host: undefined, place: placeOf(variable.value) };
  return [page(engine, deployment, socket, 'http', 'vllm')];
}

function exporterPages(engine: Engine, deployment: Deployment): MetricsEndpoint[] {
  const sockets = socketsOf(engine).filter(({ label }) => label.startsWith("NIXL's telemetry exporter"));
  const local = knownText(engine.environment.get('NIXL_TELEMETRY_PROMETHEUS_LOCAL')?.value);
  const host = local !== undefined && /^(?:y|yes|on|1|true|enable)$/i.test(local) ? { text: '127.0.0.1' } : undefined;
  return sockets.map((socket) => page(engine, deployment, { ...socket, host }, 'http', 'nixl'));
}

function page(
  engine: Engine,
  deployment: Deployment,
  socket: Pick<Socket, 'first' | 'host' | 'place'>,
  scheme: string,
  shows: MetricsEndpoint['shows'],
): MetricsEndpoint {
  const name = nameOf(engine);
  const { host, port, remark } = addressOf(engine, deployment, socket);
  const what = shows === 'nixl' ? `port ${socket.first} of NIXL's exporter` : `port ${socket.first}`;
  const reason = `${what}${name === undefined ? '' : ` of ${name}`}${remark === undefined ? '' : `: ${remark}`}`;
  const said = engine.role?.role;
  const role = said === 'encode' ? undefined : said;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const url = new URL(`${scheme}://${bracketed}:${port}/metrics`).href;
  return { engine, name, role, shows, url, reason, place: socket.place };
}

/** What an engine is called by: its pod, as containers of many pods have one name; else its container or script. */
export function nameOf({ pod, name }: Engine): string | undefined {
  return pod?.name ?? name;
}

function addressOf(
  { network, container, pod, name, replicated }: Engine,
  deployment: Deployment,
  { first: port, host }: Pick<Socket, 'first' | 'host'>,
): Address {
  if (pod) return podAddress(pod, deployment, port, replicated);
  if (network.kind === 'container' && container) return publishedAddress(container.ports, port, name);
  const text = host && 'text' in host ? host.text : undefined;
  const shape = text === undefined ? undefined : hostShape(text);
  const known = shape === 'ipv4' || shape === 'ipv6' || shape === 'name';
  return { host: known ? text!.replace(/^\[(.*)\]$/, '$1') : 'localhost', port, remark: undefined };
}

/** A port that Compose or Docker publishes is this machine's. */
function publishedAddress(ports: readonly ContainerPort[], port: number, name: string | undefined): Address {
  for (const { number, hostPort } of ports) {
    if (knownInteger(number) !== port) continue;
    const published = knownInteger(hostPort);
    if (published !== undefined) return { host: 'localhost', port: published, remark: 'published on this machine' };
  }
  const remark = 'it is not published, and is reached in the network of the containers only';
  return { host: name ?? 'localhost', port, remark };
}

/** A Service that leads to the port, itself or by way of the routing sidecar; else what a user forwards. */
function podAddress(pod: Pod, deployment: Deployment, port: number, replicated: boolean): Address {
  const sidecar = routingSidecars(deployment).find((one) => one.pod === pod);
  const doors = [port, ...(sidecar ? [sidecarListens(sidecar)?.first ?? port] : [])];
  for (const service of deployment.services) {
    if (!service.selector || selects(service.selector, pod.labels) !== true) continue;
    for (const door of doors) {
      const found = service.ports.find((one) => leadsTo(one, door, pod));
      const servicePort = knownInteger(found?.port);
      if (!found || servicePort === undefined) continue;
      const several = replicated ? '; its engines take turns there, so better ask each at its own address' : '';
      // Without an address of its own a name leads to the pods, whose ports are their own.
      const reached = service.headless ? door : servicePort;
      return { host: dnsName(service), port: reached, remark: `Service ${service.name}, in the cluster${several}` };
    }
  }
  const remark = `forward it first: kubectl port-forward ${forwardName(pod)} ${port}`;
  return { host: 'localhost', port, remark };
}

function leadsTo({ targetPort, port }: ServicePort, door: number, pod: Pod): boolean {
  const target = targetPort ?? port;
  if (knownInteger(target) !== undefined) return knownInteger(target) === door;
  const name = knownText(target);
  if (name === undefined) return false;
  const named = pod.containers.flatMap(({ ports }) => ports).find((one) => knownText(one.name) === name);
  return knownInteger(named?.number) === door;
}

function dnsName({ name, object: { namespace } }: Service): string {
  const space = knownText(namespace);
  return space === undefined ? name : `${name}.${space}.svc`;
}

function forwardName({ object, name }: Pod): string {
  const kind = object?.kind;
  const objectName = knownText(object?.name) ?? name;
  if (kind === undefined || objectName === undefined) return 'POD';
  return kind === 'Pod' ? `pod/${objectName}` : FORWARDED.has(kind) ? `${kind.toLowerCase()}/${objectName}` : 'POD';
}

/** Kinds by which `kubectl port-forward` finds a pod. */
const FORWARDED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'Job']);

/** Flags of proxies and routers: hosts beside ports, or whole addresses, by role. */
const PAIRED = [
  [
    'prefill',
    ['prefiller-hosts', 'prefiller-host', 'prefill-hosts'],
    ['prefiller-ports', 'prefiller-port', 'prefill-ports'],
  ],
  ['decode', ['decoder-hosts', 'decoder-host', 'decode-hosts'], ['decoder-ports', 'decoder-port', 'decode-ports']],
] as const;

/** Engines that a proxy hands requests to. */
function namedByProxy({ flags, label, kind }: RequestProxy): MetricsEndpoint[] {
  if (kind !== 'proxy' && kind !== 'router') return [];
  const reason = `${label} hands requests to it`;
  const found = (role: 'prefill' | 'decode', url: string, place: Place): MetricsEndpoint => {
    return { engine: undefined, name: undefined, role, shows: 'vllm', url, reason, place };
  };
  const paired = PAIRED.flatMap(([role, hostFlags, portFlags]) => {
    const hosts = valuesOf({ flags }, hostFlags);
    return valuesOf({ flags }, portFlags).flatMap((value, index) => {
      const port = knownInteger(value);
      const host = hosts.length === 0 ? 'localhost' : knownText(hosts[index] ?? hosts[0]);
      return port === undefined || host === undefined
        ? []
        : found(role, `http://${host}:${port}/metrics`, placeOf(value));
    });
  });
  const whole = (['prefill', 'decode'] as const).flatMap((role) =>
    flags.all(role).flatMap((flag) => {
      const address = flag.values.map(knownText).find((text) => text !== undefined && /^https?:\/\//.test(text));
      if (address === undefined || !URL.canParse(address)) return [];
      const url = new URL('/metrics', address);
      return found(role, url.href, flag.value ? placeOf(flag.value) : flagPlace(flag));
    }),
  );
  return [...paired, ...whole];
}

/** The words behind flags that take several: those that follow the first stand for themselves. */
function valuesOf({ flags }: Pick<RequestProxy, 'flags'>, names: readonly string[]): readonly Value[] {
  const starts = flags.list.map((flag) => startOf(flagPlace(flag))).sort((a, b) => a - b);
  return names.flatMap((name) =>
    flags.all(name).flatMap((flag) => {
      const start = startOf(flagPlace(flag));
      const end = starts.find((one) => one > start) ?? Number.POSITIVE_INFINITY;
      const others = flags.positionals.filter((value) => {
        const at = startOf(placeOf(value));
        return start < at && at < end && !flag.values.includes(value);
      });
      return [...flag.values, ...others];
    }),
  );
}

/** Where it starts in its file. */
function startOf({ source, span }: Place): number {
  return source.locate(span).span.start;
}
