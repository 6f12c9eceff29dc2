import type { EngineWindow } from '../window';

/** Engines that exchange KV, as far as is known. */
export interface Pair {
  readonly key: string;
  readonly label: string;
  readonly prefill: readonly EngineWindow[];
  readonly decode: readonly EngineWindow[];
}

/** Labels that keep deployments of one model apart. */
const APART: readonly string[] = ['namespace', 'llm_isvc_name', 'dynamo_namespace'];

/**
 * All prefill and all decode engines of one model, where labels do not keep them apart. Where one side of one pair is
 * missing, and the other side of another, they are one: the sides may serve the model under names of their own.
 */
export function pairsOf(windows: readonly EngineWindow[]): readonly Pair[] {
  const groups = new Map<string, { label: string; prefill: EngineWindow[]; decode: EngineWindow[] }>();
  for (const window of windows) {
    const { role, id } = window;
    if (role === undefined) continue;
    const apart = APART.flatMap((name) => id.labels[name] ?? []);
    const key = JSON.stringify([id.model, ...apart]);
    let group = groups.get(key);
    if (!group) {
      group = { label: [id.model ?? 'unnamed model', ...new Set(apart)].join(' · '), prefill: [], decode: [] };
      groups.set(key, group);
    }
    if (role !== 'decode') group.prefill.push(window);
    if (role !== 'prefill') group.decode.push(window);
  }
  const pairs = [...groups].map(([key, group]) => ({ key, ...group }));
  const givers = pairs.filter(({ decode }) => decode.length === 0);
  const takers = pairs.filter(({ prefill }) => prefill.length === 0);
  if (pairs.length === 2 && givers.length === 1 && takers.length === 1) {
    const [giver, taker] = [givers[0]!, takers[0]!];
    const label = giver.label === taker.label ? taker.label : `${giver.label} → ${taker.label}`;
    return [{ key: `${giver.key}${taker.key}`, label, prefill: giver.prefill, decode: taker.decode }];
  }
  return pairs;
}
