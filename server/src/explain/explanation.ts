import { completeVersions, describeBounds, type Versions, valuesAt } from '../knowledge';
import type { MessageFact } from '../knowledge/messages';
import type { Recognition } from './tally';

/** A message in a log and what there is to say about it. */
export interface Explanation extends Recognition {
  /** What happened and why, with what the log says exactly. */
  readonly cause: string;
  /** What to write instead, for the release that is known. */
  readonly fix: string;
}

/** @param versions what is known about the engine that wrote the log */
export function explanationOf(recognition: Recognition, versions: Versions): Explanation {
  const { fact, values } = recognition;
  const details = fact.details.flatMap((detail) => filled(detail, values) ?? []);
  return { ...recognition, cause: [fact.cause, ...details].join(' '), fix: fixOf(fact, completeVersions(versions)) };
}

/** A name with values in it, such as `UCX_{name}`: once for every value; as it is where it has none. */
export function expanded(name: string, values: Recognition['values']): readonly string[] {
  const placeholder = /\{(\w+)\}/.exec(name);
  if (!placeholder) return [name];
  return (values.get(placeholder[1]!) ?? []).map((value) => name.replace(placeholder[0], () => value));
}

/** Values of one kind that a sentence lists. */
const LISTED = 3;

/** A sentence with the values that the log says; `undefined` where one of them is missing. */
function filled(sentence: string, values: Recognition['values']): string | undefined {
  let missing = false;
  const text = sentence.replace(/\{(\w+)\}/g, (placeholder, name: string, offset: number) => {
    const found = values.get(name);
    if (!found) missing = true;
    const within = sentence.slice(0, offset).split('`').length % 2 === 0;
    if (within) return found?.[0] ?? placeholder;
    const shown = (found ?? []).slice(0, LISTED).map(inCode);
    return shown.join(', ') + (found && found.length > LISTED ? ', …' : '');
  });
  return missing ? undefined : text;
}

function inCode(value: string): string {
  return `\`${value.replaceAll('`', "'")}\``;
}

function fixOf({ library, fixes }: MessageFact, versions: Versions): string {
  const possible = library ? valuesAt(fixes, library, versions[library]) : fixes.map(({ value }) => value);
  if (possible.length === 1) return possible[0]!;
  const offered = possible.length > 0 ? fixes.filter(({ value }) => possible.includes(value)) : fixes;
  return offered.map((entry) => `${capital(describeBounds(entry))}: ${entry.value}`).join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
