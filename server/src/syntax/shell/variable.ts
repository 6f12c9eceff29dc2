import type { Reason, SourceText } from '../source-text';
import { unknownText } from './merge';
import type { ShellVariable } from './types';
import type { ShellList, ShellValue } from './value';

/** What is known of a variable. Records never change: two states agree on a variable when they share its record. */
export interface Variable {
  /** `undefined` when it comes from the surroundings. */
  readonly nameText: SourceText | undefined;
  /** `undefined`: certainly unset (or unknown, if `unknown` says so). */
  readonly value: ShellValue | undefined;
  readonly list?: ShellList | undefined;
  /** Nothing at all is known of it, for this reason. */
  readonly unknown?: Reason | undefined;
  readonly exported: boolean;
  /** Only one of two ways exports it. */
  readonly uncertain?: boolean | undefined;
  /** Certainly taken out of the environment that the script inherits. */
  readonly removed?: boolean | undefined;
  /** An attribute (`declare -i`, `-l`, `-A`, `-n`) changes what is assigned. */
  readonly altered?: boolean | undefined;
}

/** A hundred commands see the same record. */
const shown = new WeakMap<Variable, ShellVariable>();

/** As others see it; `undefined` for what the script did not set. */
export function toShellVariable(name: string, variable: Variable): ShellVariable | undefined {
  const known = shown.get(variable);
  if (known?.name === name) return known;
  const seen = show(name, variable);
  if (seen) shown.set(variable, seen);
  return seen;
}

function show(name: string, variable: Variable): ShellVariable | undefined {
  const { nameText, list, exported } = variable;
  if (!nameText) return undefined;
  const value = variable.value ?? list?.items[0];
  if (!value && !list && !variable.unknown) return undefined;
  const text = value?.source ?? nameText.slice(nameText.length);
  return {
    name,
    nameText,
    value: variable.unknown ? unknownText(text, variable.unknown) : text,
    ...(list ? { elements: list.items.map((item) => item.source) } : {}),
    exported,
  };
}
