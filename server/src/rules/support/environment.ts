import type { Engine, Place, Variable } from '../../model';
import { knownText, placeOf } from '../../model';
import type { Edit, Fix } from '../rule';
import { fix } from './findings';
import { oncePer } from './once';

/** The names of the variables that vLLM takes the side channel's address from. */
export const SIDE_CHANNEL_HOST = 'VLLM_NIXL_SIDE_CHANNEL_HOST';
export const SIDE_CHANNEL_PORT = 'VLLM_NIXL_SIDE_CHANNEL_PORT';

/** A variable with a known text. */
export interface KnownVariable {
  readonly variable: Variable;
  readonly text: string;
}

/** The assignment that counts, when its text is known before the program runs. */
export function known(engine: Engine, name: string): KnownVariable | undefined {
  const variable = engine.environment.get(name);
  const text = knownText(variable?.value);
  return variable && text !== undefined ? { variable, text } : undefined;
}

/** Every assignment that counts and whose text is known. */
export const knownVariables = oncePer((engine: Engine): readonly KnownVariable[] =>
  engine.environment.effective().flatMap((variable) => {
    const text = knownText(variable.value);
    return text === undefined ? [] : [{ variable, text }];
  }),
);

/** The characters of a variable's value; those of its name when the value is empty and has none to show. */
export function valuePlace(variable: Variable): Place {
  const place = placeOf(variable.value);
  return place.span.start === place.span.end ? variable.nameText.place() : place;
}

/** Some characters of a known value. */
export function partOf(variable: Variable, start: number, end: number): Place {
  return { source: placeOf(variable.value).source, span: { start, end } };
}

/** Replaces the whole value. */
export function setValue(variable: Variable, newText: string): Edit {
  return { place: placeOf(variable.value), newText };
}

/** Replaces the name. */
export function rename(variable: Variable, newText: string): Edit {
  return { place: variable.nameText.place(), newText };
}

/**
 * True for a value with quotes of its own around it: they reached the process, where docker's `--env-file` or a YAML
 * scalar did not take them away. One rule speaks of them, the others do not repeat it.
 */
export function isQuoted(text: string): boolean {
  const first = text[0];
  return text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first);
}

/** The address that an engine should give, as the object of a sentence. */
export function ownAddress(variable: Variable | undefined, engine: Engine): string {
  if (engine.network.kind === 'pod') return 'the pod IP (fieldRef status.podIP)';
  if (engine.network.kind === 'container') return "the container's own name or address";
  const example = variable?.via === 'shell' ? ', for example `$(hostname -I | cut -d" " -f1)`' : '';
  return `an address of this host that the other side reaches${example}`;
}

/** Takes the pod's address from a variable that already holds it and stands before this one. */
export function usePodAddress(variable: Variable, engine: Engine): Fix | undefined {
  if (variable.via !== 'kubernetes') return undefined;
  for (const other of engine.environment.variables) {
    if (other === variable) return undefined;
    const { value } = other;
    if (value.kind === 'unknown' && value.reason.kind === 'field' && value.reason.detail === 'status.podIP') {
      return fix(`Use \`$(${other.name})\``, false, setValue(variable, `$(${other.name})`));
    }
  }
  return undefined;
}
