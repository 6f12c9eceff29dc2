import type { Layers } from './layers';
import type { ShellVariable } from './types';
import { toShellVariable, type Variable } from './variable';

const doubts = new WeakMap<Variable, Variable>();

/** What may or may not be exported has no value to rely on. */
function doubted(name: string, variable: Variable): Variable {
  if (!variable.uncertain) return variable;
  const known = doubts.get(variable);
  if (known) return known;
  const open: Variable = { ...variable, unknown: { kind: 'branch', detail: `$${name}` } };
  doubts.set(variable, open);
  return open;
}

/** The environment at one moment, worked out when somebody asks. */
export class EnvironmentSnapshot {
  private readonly variables: Layers<Variable>;
  private shown: readonly ShellVariable[] | undefined;
  private gone: readonly string[] | undefined;

  constructor(variables: Layers<Variable>) {
    this.variables = variables;
  }

  /** The exported variables that the script itself set, in order of assignment. */
  get exported(): readonly ShellVariable[] {
    this.shown ??= [...this.variables.entries()].flatMap(([name, variable]) =>
      variable.exported && !variable.list ? (toShellVariable(name, doubted(name, variable)) ?? []) : [],
    );
    return this.shown;
  }

  /** The names that it took away. */
  get removed(): readonly string[] {
    this.gone ??= [...this.variables.entries()].flatMap(([name, variable]) => (variable.removed ? name : []));
    return this.gone;
  }
}
