import { envDefault, lookupEnv } from '../../knowledge/environment';
import { kvEventsEndpoint } from '../../knowledge/side-channel';
import { connectorName, type Engine, knownInteger, knownText, type Place, placeOf } from '../../model';
import { connectors } from './connectors';
import { valuePlace } from './environment';
import { defaultPort } from './listening-flags';
import { roleOf } from './nixl-engine';
import { oncePer } from './once';
import { apiPort, type BoundHost, boundHost } from './same-socket';
import { versionOf } from './versions';
import { code } from './words';

/** A listening socket of an engine that is not its NIXL side channel. */
export interface Socket {
  readonly first: number;
  readonly last: number;
  readonly host: BoundHost;
  /** Whose it is, as a noun: "the KV events publisher". */
  readonly label: string;
  readonly place: Place;
  /** False where one more condition, which we do not see, decides whether it is opened. */
  readonly sure: boolean;
}

export const ANYWHERE: BoundHost = { text: '0.0.0.0' };

/** What an engine certainly or probably listens on besides its side channel. */
export const socketsOf = oncePer((engine: Engine): readonly Socket[] =>
  [
    apiSocket(engine),
    kvEvents(engine),
    dataParallelHead(engine),
    fromVariable(
      engine,
      'VLLM_EC_SIDE_CHANNEL_PORT',
      'the encoder-cache connector',
      hasFlag(engine, 'ec-transfer-config'),
    ),
    fromVariable(engine, 'VLLM_P2P_SIDE_CHANNEL_PORT', 'the peer-to-peer offloading tier', false),
    startsBootstrap(engine)
      ? fromVariable(engine, 'VLLM_MOONCAKE_BOOTSTRAP_PORT', "Mooncake's bootstrap server", true)
      : undefined,
    telemetry(engine),
  ].filter((socket) => socket !== undefined),
);

function hasFlag(engine: Engine, name: string): boolean {
  return engine.flags.all(name).length > 0;
}

function flagPlace(engine: Engine, name: string): Place {
  const value = engine.flags.get(name)?.value;
  return value ? placeOf(value) : engine.place;
}

/** Where an engine takes requests; `undefined` when that is not known, or when it takes none. */
export function apiSocket(engine: Engine): Socket | undefined {
  if (hasFlag(engine, 'uds')) return undefined;
  const port = apiPort(engine, defaultPort(engine, 'port') ?? 0);
  if (!port) return undefined;
  const several = hasFlag(engine, 'data-parallel-multi-port-external-lb') ? (engine.parallel.dataLocal ?? 1) : 1;
  const host = engine.flags.get('host');
  return {
    first: port,
    last: port + several - 1,
    host: host?.value ? boundHost(host.value) : engine.flags.absent('host') ? ANYWHERE : undefined,
    label: `the API server (${code('--port')})`,
    place: flagPlace(engine, 'port'),
    sure: true,
  };
}

/** The publisher binds its endpoint only when that names no single address; else it connects. */
function kvEvents(engine: Engine): Socket | undefined {
  const flag = engine.flags.get('kv-events-config');
  const text = knownText(flag?.value);
  if (!flag || text === undefined) return undefined;
  const config = parseObject(text);
  if (config?.enable_kv_cache_events !== true || config.publisher !== 'zmq') return undefined;
  const endpoint = typeof config.endpoint === 'string' ? config.endpoint : kvEventsEndpoint;
  const [, host, port] = /^tcp:\/\/(\*|0\.0\.0\.0|\[::\]):(\d+)$/.exec(endpoint) ?? [];
  const { dataStart, dataLocal } = engine.parallel;
  if (host === undefined || dataStart === undefined) return undefined;
  const first = Number(port) + dataStart;
  return {
    first,
    last: first + (dataLocal ?? 1) - 1,
    host: ANYWHERE,
    label: 'the KV events publisher',
    place: flagPlace(engine, 'kv-events-config'),
    sure: true,
  };
}

interface EventsConfig {
  readonly enable_kv_cache_events?: unknown;
  readonly publisher?: unknown;
  readonly endpoint?: unknown;
}

function parseObject(text: string): EventsConfig | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The head of a data-parallel group on several nodes. */
function dataParallelHead(engine: Engine): Socket | undefined {
  const { data, dataLocal, dataStart } = engine.parallel;
  if (dataStart !== 0 || data === undefined || dataLocal === undefined || dataLocal >= data) return undefined;
  const flag = engine.flags.get('data-parallel-rpc-port');
  const port = flag ? knownInteger(flag.value) : defaultPort(engine, 'data-parallel-rpc-port');
  if (port === undefined || (!flag && !engine.flags.absent('data-parallel-rpc-port'))) return undefined;
  const host = engine.flags.get('data-parallel-address');
  return {
    first: port,
    last: port,
    host: host?.value ? boundHost(host.value) : undefined,
    label: `the data-parallel head (${code('--data-parallel-rpc-port')})`,
    place: flagPlace(engine, 'data-parallel-rpc-port'),
    sure: true,
  };
}

/** A listener that a variable places. Its default counts only where a flag shows that the part is used. */
function fromVariable(engine: Engine, name: string, label: string, used: boolean): Socket | undefined {
  const variable = engine.environment.get(name);
  const fact = lookupEnv(name);
  if (!fact || (!variable && !(used && engine.environment.absent(name)))) return undefined;
  const fallback = envDefault(fact, versionOf(engine));
  const port = variable ? knownInteger(variable.value) : fallback === undefined ? undefined : Number(fallback);
  if (port === undefined) return undefined;
  const place = variable ? valuePlace(variable) : engine.place;
  return { first: port, last: port, host: undefined, label: `${label} (${code(name)})`, place, sure: false };
}

/** Prefill with Mooncake's connector, beside NIXL's in a MultiConnector, answers for where it is. */
function startsBootstrap(engine: Engine): boolean {
  const uses = connectors(engine).some((connector) => connectorName(connector) === 'MooncakeConnector');
  return uses && roleOf(engine) === 'producer';
}

function telemetry(engine: Engine): Socket | undefined {
  if (knownText(engine.environment.get('NIXL_TELEMETRY_EXPORTER')?.value) !== 'prometheus') return undefined;
  return fromVariable(engine, 'NIXL_TELEMETRY_PROMETHEUS_PORT', "NIXL's telemetry exporter", true);
}
