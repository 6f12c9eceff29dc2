import {
  type Bounds,
  type ExtraKey,
  extraKeys,
  holds,
  type KvField,
  kvFields,
  type Library,
  type Versioned,
  valueAt,
} from '../../knowledge';
import { addMember, member, type ObjectNode } from '../../model';
import { addNested, offerEdits } from '../offers';
import { type Draft, located, type Move, type Offer, ownConnectors, type Scope, statedRole } from '../scope';
import { code, written } from '../words';

const EXTRA = 'kv_connector_extra_config';

/** Fields that only some roles read. Decode loads blocks, prefill does not. (vllm/v1/core/sched/scheduler.py) */
const READ_BY: Readonly<Record<string, readonly string[]>> = { kv_load_failure_policy: ['kv_consumer', 'kv_both'] };

/** Fields and settings of the connectors whose default is another one in the new release, and that are not written down. */
export function fieldChanges(move: Move, scope: Scope): Draft[] {
  const root = move.goal.kvTransfer?.root;
  if (move.standing !== 'moves' || root?.type !== 'object') return [];
  const uncertain = root.open !== undefined || (root.notation === 'flags' && move.goal.flags.open.length > 0);
  const fields = kvFields().flatMap((field) => changedField(field, root, uncertain, move, scope));
  return [...fields, ...settings(uncertain, move, scope)];
}

function changedField(field: KvField, root: ObjectNode, uncertain: boolean, move: Move, scope: Scope): Draft[] {
  if (member(root, field.name)) return [];
  const connectors = ownConnectors(move.goal);
  if (connectors.length > 0 && connectors.every(({ name }) => field.inertFor.includes(name))) return [];
  const role = statedRole(move.goal);
  const readers = READ_BY[field.name];
  if (readers && role !== undefined && !readers.includes(role)) return [];
  const change = changed(field, move, (at) => valueAt(field.defaults, 'vllm', at));
  if (!change) return newField(field, move, scope, root);
  const keep = addMember(root, field.name, scalar(change.was));
  return [draft(field, change, uncertain, root, keep ? [keep] : [], move, scope)];
}

/** A field that the old release does not have, and that had another default when it came. */
function newField(field: KvField, move: Move, scope: Scope, root: ObjectNode): Draft[] {
  const to = move.goal.versions.vllm?.version;
  const { since } = field.range;
  const becomes = valueAt(field.defaults, 'vllm', to);
  const first = since === undefined ? undefined : valueAt(field.defaults, 'vllm', since);
  if (holds(field.range, move.from) !== 'no' || holds(field.range, to) !== 'yes') return [];
  if (first === undefined || becomes === undefined || first === becomes) return [];
  return [
    {
      kind: 'default',
      place: located(root.place, move, scope)!,
      engines: [move.label],
      name: field.name,
      message: `${code(field.name)} exists from vLLM ${since} on. Not set it is ${code(written(becomes))}; when it came it was ${code(written(first))}.`,
      certain: true,
      minor: false,
      demands: false,
      becomes: written(becomes),
      proposals: [],
    },
  ];
}

function settings(uncertain: boolean, move: Move, scope: Scope): Draft[] {
  return ownConnectors(move.goal).flatMap(({ config, name }) => {
    const extra = member(config.node, EXTRA)?.value;
    if (extra !== undefined && (extra.type !== 'object' || extra.open)) return [];
    return extraKeys(name).flatMap((key) => {
      if (member(extra, key.name)) return [];
      const change = changed(key, move, (at) => valueAt(key.defaults, 'vllm', at));
      if (!change) return [];
      const value = scalar(change.was);
      const keep =
        extra === undefined
          ? addNested(config.node, EXTRA, key.name, JSON.stringify(value))
          : addMember(extra, key.name, value);
      return [draft(key, change, uncertain, config.node, keep ? [keep] : [], move, scope)];
    });
  });
}

interface Changed {
  readonly was: unknown;
  readonly becomes: unknown;
}

/** What a default was and becomes, where both are known and differ. */
function changed(
  fact: { readonly range: Bounds & { readonly library: Library }; readonly defaults: readonly Versioned<unknown>[] },
  { from, goal }: Move,
  read: (at: string) => unknown,
): Changed | undefined {
  const to = goal.versions.vllm?.version;
  if (from === undefined || to === undefined || holds(fact.range, to) !== 'yes') return undefined;
  const becomes = read(to);
  const existed = holds(fact.range, from);
  if (becomes === undefined || existed !== 'yes') return undefined;
  const was = read(from);
  // A default in words stands for whatever fits: the device of the platform, the value of another key.
  if ([was, becomes].some((value) => typeof value === 'string' && /\s/.test(value))) return undefined;
  return was === undefined || JSON.stringify(was) === JSON.stringify(becomes) ? undefined : { was, becomes };
}

function scalar(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function draft(
  fact: KvField | ExtraKey,
  { was, becomes }: Changed,
  uncertain: boolean,
  node: ObjectNode,
  edits: Parameters<typeof offerEdits>[1],
  move: Move,
  scope: Scope,
): Draft {
  const isScalar = was !== null && typeof was !== 'object';
  const keep = `${code(fact.name)} ${code(written(was))}`;
  const words = { title: `Write ${keep}`, safe: !uncertain, purpose: 'keep' } as const;
  const proposals: Offer[] = isScalar && edits.length > 0 ? offerEdits(words, edits, scope) : [];
  return {
    kind: 'default',
    place: located(node.place, move, scope)!,
    engines: [move.label],
    name: fact.name,
    message: `${code(fact.name)} is not set${uncertain ? ' here' : ''}: it was ${code(written(was))} and becomes ${code(written(becomes))}. Write ${keep} to keep it${uncertain ? ', if it is not set elsewhere' : ''}.`,
    certain: !uncertain,
    minor: false,
    demands: false,
    was: written(was),
    becomes: written(becomes),
    proposals,
  };
}
