import type { Analysis, FilePlace, Problem } from '../analysis';
import { isNixlConnector, type Versions } from '../knowledge';
import { type ConnectorConfig, connectorName, connectorsOf, type Engine, isScalar, member, type Place } from '../model';
import type { EngineStanding } from './report';
import type { Target } from './target';

/** One engine of a file, as it is read for the old release and for the new one. */
export interface Move extends EngineStanding {
  readonly start: Engine;
  readonly goal: Engine;
}

/** One file that says something to us, read for the old and for the new release. */
export interface Scope {
  readonly name: string;
  readonly target: Target;
  /** As `check` sees it. */
  readonly start: Analysis;
  /** The same text, for the target. */
  readonly goal: Analysis;
  readonly moves: readonly Move[];
}

/** A change as it is found, before anything is decided about it. */
export interface Draft {
  readonly kind: 'break' | 'removal' | 'default' | 'behaviour' | 'effect' | 'statement';
  readonly place: FilePlace;
  readonly engines: readonly string[];
  readonly name?: string;
  readonly message: string;
  readonly severity?: Problem['severity'];
  readonly rule?: string;
  readonly certain: boolean;
  readonly minor: boolean;
  /** Somebody has to see to it when no proposal is taken. */
  readonly demands: boolean;
  readonly was?: string;
  readonly becomes?: string;
  readonly proposals: readonly Offer[];
}

/** A proposal with the proof that it does what it says. */
export interface Offer {
  readonly title: string;
  readonly safe: boolean;
  readonly purpose: 'mend' | 'keep' | 'state';
  readonly edits: readonly {
    readonly file: string;
    readonly start: number;
    readonly end: number;
    readonly newText: string;
  }[];
  /** True when an analysis of the edited text shows what was intended. */
  readonly proof?: (after: Analysis) => boolean;
}

export function versionsOf({ versions }: Engine): Versions {
  return { vllm: versions.vllm?.version, nixl: versions.nixl?.version, ucx: versions.ucx?.version };
}

/** The connectors of an engine that certainly are vLLM's own of that name. */
export function ownConnectors(engine: Engine): readonly { readonly config: ConnectorConfig; readonly name: string }[] {
  return connectorsOf(engine.kvTransfer).flatMap((config) => {
    const name = connectorName(config);
    return name === undefined || member(config.node, 'kv_connector_module_path') ? [] : [{ config, name }];
  });
}

/** A connector of the NIXL family is configured. */
export function hasNixl(engine: Engine): boolean {
  return ownConnectors(engine).some(({ name }) => isNixlConnector(name));
}

/** The role that the top level states, when it is known. */
export function statedRole(engine: Engine): string | undefined {
  const node = member(engine.kvTransfer?.root, 'kv_role')?.value;
  return isScalar(node) && node.type === 'string' && node.text.known ? node.value : undefined;
}

/** Where an engine is to be pointed at. */
export function placeOfEngine({ goal }: Move, { goal: analysis }: Scope): FilePlace | undefined {
  return analysis.files.locate(goal.place);
}

/** A place in a file, or that of the engine where the text stands in none. */
export function located(place: Place, move: Move, scope: Scope): FilePlace | undefined {
  return scope.goal.files.locate(place) ?? placeOfEngine(move, scope);
}

/** The engine of another analysis of the file, edited or not, that this one is. */
export function counterpart(move: Move, scope: Scope, after: Analysis): Engine | undefined {
  return after.deployment.engines[scope.moves.indexOf(move)];
}
