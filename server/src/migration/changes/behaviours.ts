import {
  type Behaviour,
  behaviours,
  type Concern,
  connectorState,
  describeBounds,
  holds,
  isNixlConnector,
  type Library,
  lookupConnector,
} from '../../knowledge';
import {
  at,
  connectorName,
  connectorsOf,
  type Engine,
  isScalar,
  knownText,
  member,
  type ObjectNode,
  type Parallelism,
  removeMember,
} from '../../model';
import { isGiven, offerEdits, offerFlag } from '../offers';
import {
  counterpart,
  type Draft,
  located,
  type Move,
  type Offer,
  ownConnectors,
  placeOfEngine,
  type Scope,
  statedRole,
  versionsOf,
} from '../scope';
import { code } from '../words';

const NAMES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** What the libraries do in another way in the new release, as far as it concerns the engine. */
export function behaviourChanges(move: Move, scope: Scope): Draft[] {
  if (move.standing !== 'moves') return [];
  return behaviours().flatMap((behaviour) => changedBehaviour(behaviour, move, scope));
}

function changedBehaviour(behaviour: Behaviour, move: Move, scope: Scope): Draft[] {
  const { range, matters, description } = behaviour;
  if (!matters) return [];
  const before = holds(range, versionsOf(move.start)[range.library]);
  const after = holds(range, versionsOf(move.goal)[range.library]);
  if (before === 'unknown' || after === 'unknown' || before === after || !isConcerned(matters, move.goal)) return [];
  const place = fieldPlace(behaviour, move, scope) ?? placeOfEngine(move, scope);
  if (!place) return [];
  const name = NAMES[range.library];
  const bounds = describeBounds(range);
  const when = after === 'yes' ? `New with ${name} ${range.since ?? ''}` : `Only ${name} ${bounds} did so`;
  return [
    {
      kind: 'behaviour',
      place,
      engines: [move.label],
      name: behaviour.id,
      message: `${when.trim()}: ${description}${adviceOf(behaviour)}`,
      certain: true,
      minor: false,
      demands: false,
      proposals: offers(behaviour, move, scope),
    },
  ];
}

function adviceOf({ keep }: Behaviour): string {
  const sides = keep?.bothSides ? ' on both sides' : '';
  if (keep?.flag) return ` Give ${code(`--${keep.flag}`)}${sides} to have it as it was.`;
  if (keep?.removeField) return ` Leave ${code(keep.removeField)} out to have it as it was.`;
  return '';
}

function offers({ keep }: Behaviour, move: Move, scope: Scope): Offer[] {
  if (keep?.flag) {
    const safe = !keep.bothSides && move.goal.flags.absent(keep.flag);
    return offerFlag(
      keep.flag,
      undefined,
      { title: `Give ${code(`--${keep.flag}`)}`, safe, purpose: 'keep' },
      move,
      scope,
    );
  }
  const field = keep?.removeField;
  if (!field) return [];
  return besideRegistered(move.goal).flatMap(({ node }, index) => {
    const found = member(node, field)!;
    const words = { title: `Remove ${code(field)}`, safe: true, purpose: 'keep' } as const;
    return offerEdits(words, [removeMember(node, found)], scope, (after) => {
      const engine = counterpart(move, scope, after);
      return engine !== undefined && besideRegistered(engine).length === besideRegistered(move.goal).length - 1 - index;
    });
  });
}

function fieldPlace({ keep }: Behaviour, move: Move, scope: Scope) {
  const field = keep?.removeField;
  const node = field && besideRegistered(move.goal)[0]?.node;
  const found = field && node ? member(node, field) : undefined;
  return found && located(found.keyText.place(), move, scope);
}

/** True when all of the conditions hold for the engine. */
function isConcerned(concern: Concern, engine: Engine): boolean {
  const { environment, flags } = engine;
  const role = statedRole(engine);
  return (
    (!concern.connector || hasConnector(concern.connector, engine)) &&
    (!concern.roles || role === undefined || concern.roles.includes(role)) &&
    (concern.fields ?? []).every((name) => at(engine.kvTransfer?.root, name) !== undefined) &&
    (concern.flagsSet ?? []).every((name) => isGiven(flags, name)) &&
    (concern.flagsUnset ?? []).every((name) => !isGiven(flags, name)) &&
    (!concern.flagObject || objectFits(concern.flagObject, engine)) &&
    (concern.variablesSet ?? []).every((name) => environment.get(name) !== undefined) &&
    (concern.variablesUnset ?? []).every((name) => environment.get(name) === undefined) &&
    (!concern.severalRanks || isSeveral(engine.parallel, concern.severalRanks)) &&
    (!concern.modulePathBesideRegistered || besideRegistered(engine).length > 0) &&
    (!concern.ray || usesRay(engine))
  );
}

function hasConnector(kind: NonNullable<Concern['connector']>, engine: Engine): boolean {
  const all = connectorsOf(engine.kvTransfer);
  if (kind === 'any') return all.some((connector) => connectorName(connector) !== undefined);
  const own = ownConnectors(engine);
  if (kind === 'nixl') return own.some(({ name }) => isNixlConnector(name));
  return own.length > 0 && own.length === all.length && own.every(({ name }) => isHybrid(name, engine));
}

function isHybrid(name: string, engine: Engine): boolean {
  const { hma = [] } = lookupConnector(name) ?? {};
  return hma.some((row) => row.value && holds({ ...row, library: 'vllm' }, engine.versions.vllm?.version) === 'yes');
}

function isSeveral(parallel: Parallelism, kind: 'data' | 'tensor'): boolean {
  const number = parallel[kind];
  return number === undefined || number > 1;
}

/** Connector objects with a module path beside a name that vLLM has itself. */
function besideRegistered(engine: Engine): readonly { readonly node: ObjectNode }[] {
  return connectorsOf(engine.kvTransfer).flatMap((connector) => {
    const path = member(connector.node, 'kv_connector_module_path')?.value;
    const name = connectorName(connector);
    const given = isScalar(path) && path.type === 'string' && path.text.known && path.value !== '';
    const state = name && connectorState(name, engine.versions.vllm?.version).state;
    return given && state === 'registered' ? [{ node: connector.node }] : [];
  });
}

function usesRay({ flags }: Engine): boolean {
  return ['distributed-executor-backend', 'data-parallel-backend'].some(
    (name) => knownText(flags.get(name)?.value) === 'ray',
  );
}

/** Reads the object that a flag takes; what is no JSON concerns nobody. */
function objectFits({ flag, true: on, unset }: NonNullable<Concern['flagObject']>, { flags }: Engine): boolean {
  const text = knownText(flags.get(flag)?.value);
  if (text === undefined) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Reflect.get(value, on) === true && !Reflect.has(value, unset);
  } catch {
    return false;
  }
}
