import type { Place, Reason, SourceText, TreeNode } from '../syntax';
import type { Value } from './value';

/** One variable as the process will see it, and where that is said. */
export interface Variable {
  readonly name: string;
  /** The name's characters, editable. */
  readonly nameText: SourceText;
  readonly value: Value;
  /** How it gets into the process, for wording and for what quoting means there. */
  readonly via:
    | 'kubernetes'
    /** A ConfigMap's text, as it is: Kubernetes replaces no `$(NAME)` in it. */
    | 'config-map'
    | 'compose'
    | 'shell'
    | 'dotenv'
    | 'env-file'
    | 'systemd'
    | 'dockerfile'
    | 'docker-run'
    | 'ucx-config'
    | 'nixl-config';
  /** The value as it is written, where the notation has types of its own. */
  readonly node?: TreeNode | undefined;
  /** What Kubernetes takes the value for where it needs a text: it refuses the object. */
  readonly notText?: NotText | undefined;
  /** Where it is passed on, when the value comes from elsewhere (an env_file, a ConfigMap). */
  readonly passedAt?: Place | undefined;
  /** Where a key of another object is referred to (`configMapKeyRef`): that object's name, and the key. */
  readonly reference?: { readonly name: Place; readonly key: Place } | undefined;
}

/** A value that is no text to Kubernetes. */
export interface NotText {
  readonly type: 'number' | 'boolean' | 'mapping' | 'list';
  /** As it is written; where it came from elsewhere, by an alias or a chart's values, `via` says where it is used. */
  readonly node: TreeNode;
}

/**
 * The environment of one process. *Closed* when everything that could set a variable is known, else *open*; then only
 * presence can be argued from, never absence.
 */
export class Environment {
  /** Every assignment in effect order: a later one of the same name wins. */
  readonly variables: readonly Variable[];
  /** What else may set variables that we cannot see. */
  readonly open: readonly Reason[];
  private readonly byName: Map<string, Variable>;
  private readonly counting: readonly Variable[];

  constructor(variables: readonly Variable[], open: readonly Reason[]) {
    this.variables = variables;
    this.open = open;
    this.byName = new Map(variables.map((variable) => [variable.name, variable]));
    this.counting = [...this.byName.values()];
  }

  /** The assignment that counts. */
  get(name: string): Variable | undefined {
    return this.byName.get(name);
  }

  /** The assignments that count, one per name. */
  effective(): readonly Variable[] {
    return this.counting;
  }

  /** True only when nothing sets `name` and nothing unresolved could. */
  absent(name: string): boolean {
    return this.open.length === 0 && !this.byName.has(name);
  }

  static readonly empty = new Environment([], []);
}
