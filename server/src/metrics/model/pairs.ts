import type { TransferFigures } from '../../../../protocol/metrics';
import type { EngineWindow } from '../window';
import { XFER_TIME } from './families';
import { transferFigures } from './figures';

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

/**
 * Whether the side that counts transfers is out of sight. That is decode, which reads; prefill only where it was seen to
 * write. What the other side has counted, zero, is not what was transferred.
 */
export function transfersHidden(
  windows: readonly EngineWindow[],
  isSeen: (window: EngineWindow) => boolean = ({ seen }) => seen !== false,
): boolean {
  const prefill = windows.filter(({ role }) => role === 'prefill' || role === 'both');
  const decode = windows.filter(({ role }) => role === 'decode' || role === 'both');
  const hidden = (side: readonly EngineWindow[]) => side.length > 0 && !side.some(isSeen);
  if (hidden(decode)) return !prefill.some((window) => isSeen(window) && carries(window));
  return hidden(prefill) && prefill.some(carries) && !decode.some(carries);
}

function carries(window: EngineWindow): boolean {
  return (window.lifetime(XFER_TIME) ?? 0) > 0;
}

/** Figures of both sides together; what the side that is out of sight would have counted is not known. */
export function pairFigures(prefill: readonly EngineWindow[], decode: readonly EngineWindow[]): TransferFigures {
  const all = [...new Set([...prefill, ...decode])];
  const figures = transferFigures(all);
  // What prefill counts, decode has at zero.
  const unseen = prefill.length > 0 && prefill.every(({ seen }) => seen === false);
  const held = (value: number | null) => (unseen && value === 0 ? null : value);
  const { kvExpired, lateNotifications } = figures;
  const known = transfersHidden(all) ? transferFigures([]) : figures;
  return { ...known, kvExpired: held(kvExpired), lateNotifications: held(lateNotifications) };
}
