import type { MetricsSource } from '../../../protocol/metrics';

/** Sources that reach out to hosts; the others stay on this machine. */
export function contactsHosts({ kind }: MetricsSource): boolean {
  return kind === 'endpoint' || kind === 'prometheus';
}

/** What is watched, in a few words: `prefill, decode`, `4 endpoints`, `Demonstration: …`. */
export function sourceWords(sources: readonly MetricsSource[]): string {
  const [first, ...others] = sources;
  if (!first) return '';
  if (first.kind === 'demo') return `Demonstration: ${first.label}`;
  if (first.kind === 'recording') return `Recording: ${first.label}`;
  if (others.length === 0) return first.label;
  const names = sources.map(({ label }) => label).join(', ');
  return sources.length <= 3 && names.length <= 60 ? names : `${sources.length} endpoints`;
}

/** What may be kept between sessions: no headers, which may be secrets. */
export function withoutHeaders(source: MetricsSource): MetricsSource {
  if (source.kind !== 'endpoint' && source.kind !== 'prometheus') return source;
  const { headers: _, ...rest } = source;
  return rest;
}

/** Labels name sources everywhere else: two of one name are told apart. */
export function withOwnLabels(sources: readonly MetricsSource[]): MetricsSource[] {
  const taken = new Set<string>();
  return sources.map((source) => {
    let { label } = source;
    for (let number = 2; taken.has(label); number++) label = `${source.label} (${number})`;
    taken.add(label);
    return { ...source, label };
  });
}

/** Prometheus asks the endpoints, too, and both at once would count engines twice: only endpoints, where there are any. */
export function countedOnce(sources: readonly MetricsSource[]): readonly MetricsSource[] {
  const endpoints = sources.filter(({ kind }) => kind === 'endpoint');
  return endpoints.length > 0 ? endpoints : sources;
}
