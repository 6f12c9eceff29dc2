import type * as Knowledge from '../../server/src/knowledge/index.ts';
import type { Entry, Library, Statement } from './upstream.mts';

/** Facts of one release, by name: those that it has or may have. */
type Facts = Map<string, Entry>;

/** What our tables say of a release of vLLM, in the form that its checkout is read in. */
export function ourVllm(knowledge: typeof Knowledge, release: string): Statement {
  const { holds, valueAt } = knowledge;
  const fields: Facts = new Map();
  for (const { name, range, defaults } of knowledge.kvFields()) {
    const state = holds(range, release);
    if (state !== 'no') fields.set(name, { ...entry(valueAt(defaults, 'vllm', release)), certain: state === 'yes' });
  }
  const connectors: Facts = new Map();
  for (const name of knowledge.connectorNames(release)) {
    if (knowledge.lookupConnector(name)?.origin === 'vllm') connectors.set(name, {});
  }
  const extraKeys: Facts = new Map();
  for (const connector of connectors.keys()) {
    for (const { name, range } of knowledge.extraKeys(connector)) {
      const state = holds(range, release);
      if (state !== 'no') extraKeys.set(name, { certain: state === 'yes' });
    }
  }
  const flags: Facts = new Map();
  for (const name of knowledge.flagNames(release)) {
    flags.set(name, { certain: holds(knowledge.flagFact(name)!.range, release) === 'yes' });
  }
  const metrics: Facts = new Map();
  for (const name of knowledge.metricNames({ vllm: release })) {
    const metric = knowledge.lookupMetric(name)!;
    const certain = holds(metric.range, release) === 'yes';
    if (metric.exposedBy === 'vllm') metrics.set(name.replace(/_total$/, ''), { certain });
  }
  return {
    library: 'vllm',
    tables: [
      { name: 'fields', entries: fields },
      { name: 'connectors', entries: connectors },
      { name: 'extra keys', entries: extraKeys },
      { name: 'environment', entries: environment(knowledge, 'vllm', release) },
      { name: 'flags', entries: flags },
      { name: 'metrics', entries: metrics },
    ],
  };
}

/** The same for a release of NIXL. */
export function ourNixl(knowledge: typeof Knowledge, release: string): Statement {
  const backends: Facts = new Map();
  const parameters: Facts = new Map();
  for (const backend of knowledge.backendNames(release)) {
    backends.set(backend.toUpperCase(), {});
    for (const { name, defaults } of knowledge.backendParameters(backend, release)) {
      parameters.set(`${backend.toUpperCase()} ${name}`, entry(knowledge.valueAt(defaults, 'nixl', release)));
    }
  }
  return {
    library: 'nixl',
    tables: [
      { name: 'environment', entries: environment(knowledge, 'nixl', release) },
      { name: 'backends', entries: backends },
      { name: 'backend parameters', entries: parameters },
    ],
  };
}

/** The same for a release of UCX. */
export function ourUcx(knowledge: typeof Knowledge, release: string): Statement {
  return { library: 'ucx', tables: [{ name: 'environment', entries: environment(knowledge, 'ucx', release) }] };
}

function environment(knowledge: typeof Knowledge, library: Library, release: string): Facts {
  const facts: Facts = new Map();
  for (const name of knowledge.envNames(library, { [library]: release })) {
    const fact = knowledge.lookupEnv(name)!;
    const certain = knowledge.holds(fact.range, release) === 'yes';
    facts.set(name, { ...entry(knowledge.envDefault(fact, release)), certain });
  }
  return facts;
}

/** Defaults in words (`the platform's device type`) are no text to compare. */
function entry(value: unknown): Entry {
  if (value === undefined || value === null || typeof value === 'object') return {};
  return typeof value === 'string' && /^the [a-z]/.test(value) ? {} : { value: String(value) };
}
