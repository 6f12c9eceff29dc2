import type { Labels } from '../page';
import type { EngineId } from '../window';

/** Labels that tell series of one engine from each other, whatever the family: buckets, processes that share a port. */
const WITHIN: ReadonlySet<string> = new Set(['le', 'quantile', 'pid']);

/** The labels of a series, divided into those that name whose it is and those that tell it from his others. */
export function divideLabels(
  labels: Labels,
  own: ReadonlySet<string>,
): { readonly whose: Labels; readonly which: Labels } {
  const whose: Record<string, string> = {};
  const which: Record<string, string> = {};
  for (const name of Object.keys(labels).sort()) {
    if (own.has(name) || WITHIN.has(name)) which[name] = labels[name]!;
    else whose[name] = labels[name]!;
  }
  return { whose, which };
}

/** Labels as the text between braces; they come sorted from `divideLabels`. */
export function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.join(',');
}

/** The engine, or NIXL agent, behind an endpoint that these labels name. */
export function engineId(endpoint: string, whose: Labels): EngineId {
  return {
    key: `${endpoint}{${labelText(whose)}}`,
    endpoint,
    engine: whose.engine ?? whose.hostname ?? '0',
    model: whose.model_name ?? null,
    labels: whose,
  };
}

/** Whether none of the labels says otherwise than those of the engine. */
export function agrees(labels: Labels, engine: Labels): boolean {
  return Object.keys(labels).every((name) => engine[name] === labels[name]);
}

const numeric = new Intl.Collator('en', { numeric: true });

/** By number of the engine, then by model. */
export function compareEngines(a: EngineId, b: EngineId): number {
  return numeric.compare(a.engine, b.engine) || compareText(a.model ?? '', b.model ?? '') || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
