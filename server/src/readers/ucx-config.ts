import { lookupEnv } from '../knowledge';
import { type ConfigFileProblem, Flags, toValue, type Value, type Variable } from '../model';
import {
  maskTemplates,
  parseUcxConfig,
  type Reason,
  type SourceText,
  type UcxCondition,
  type UcxConfigEntry,
  type UcxConfigProblem,
} from '../syntax';
import type { Reading } from './command/launch';
import { addEngine, type Surroundings } from './engine';
import { surroundFile } from './vllm-config';

/** The environment of the process, which beats the file, and files of this name in other folders. */
const rest: Reason = { kind: 'host', detail: 'the process that reads this file' };

/** Kinds of machines that one file tells apart: each of them is read as an engine. */
const MOST_SECTIONS = 100;

/**
 * A ucx.conf: UCX takes from it what the environment does not set. What a section says for some machines only is an engine
 * of its own: one on such a machine.
 */
export function readUcxConfig(source: SourceText, reading: Reading): void {
  const { entries, problems } = parseUcxConfig(maskTemplates(source, 'text'));
  if (entries.length === 0 && problems.length === 0) return;
  const place = entries[0]?.nameText.place() ?? problems[0]!.place;
  const around: Surroundings = {
    ...surroundFile(reading.context.name, 'the process that reads this file'),
    environmentOpen: [rest, ...entries.flatMap(({ nameText }) => nameText.holes().map(({ reason }) => reason))],
    flagsOpen: [rest],
  };
  const unread = entries.filter((entry) => entry.nameText.known && !isSetting(entry)).map(toVariable);
  const configFile = { library: 'ucx', problems: problems.map(told), unread } as const;
  const always = entries.filter(({ conditions }) => conditions.length === 0);
  addEngine(
    { entry: 'ucx config file', place, flags: new Flags([], [rest]), configFile },
    { ...around, variables: settings(always) },
    reading.context,
    reading.out,
  );
  const sections = [...bySection(entries)];
  for (const [conditions, own] of sections.slice(0, MOST_SECTIONS)) addSection(conditions, own, around, reading);
  const left = sections[MOST_SECTIONS]?.[1][0];
  if (left) reading.out.addLimit(left.place, `more than ${MOST_SECTIONS} sections for some machines only`);
}

function addSection(
  conditions: readonly UcxCondition[],
  entries: readonly UcxConfigEntry[],
  around: Surroundings,
  { context, out }: Reading,
): void {
  const detail = conditions.map(({ label, pattern }) => `${label}=${pattern}`).join(', ');
  const first = entries[0]!;
  const inside: Surroundings = {
    ...around,
    name: first.section === '' ? undefined : `[${first.section}]`,
    variables: settings(entries),
    conditional: { kind: 'machine', detail },
  };
  const place = first.nameText.place();
  addEngine({ entry: 'ucx config file', place, flags: new Flags([], [rest]) }, inside, context, out);
}

/** Settings under one set of conditions, which is one and the same list for all of them. */
function bySection(entries: readonly UcxConfigEntry[]): Map<readonly UcxCondition[], UcxConfigEntry[]> {
  const sections = new Map<readonly UcxCondition[], UcxConfigEntry[]>();
  for (const entry of entries) {
    if (entry.conditions.length === 0) continue;
    const known = sections.get(entry.conditions);
    if (known) known.push(entry);
    else sections.set(entry.conditions, [entry]);
  }
  return sections;
}

/** UCX looks its own names up, and reads some of them from nowhere but the environment. */
function isSetting({ nameText }: UcxConfigEntry): boolean {
  return nameText.known && /^UCX_\w*$/.test(nameText.text) && lookupEnv(nameText.text)?.scope !== 'getenv';
}

function settings(entries: readonly UcxConfigEntry[]): Variable[] {
  return entries.filter(isSetting).map(toVariable);
}

function toVariable({ nameText, value, continued }: UcxConfigEntry): Variable {
  // What an indented line sets is nobody's intention: the line itself is what there is to say about it.
  const reason: Reason = { kind: 'syntax', detail: value.text };
  const said: Value = continued ? { kind: 'unknown', reason, place: value.place() } : toValue(value);
  return { name: nameText.text, nameText, value: said, via: 'ucx-config' };
}

function told({ kind, place, name }: UcxConfigProblem): ConfigFileProblem {
  switch (kind) {
    case 'no-sign':
      return { kind, place, message: 'neither `=` nor `:`' };
    case 'no-bracket':
      return { kind, place, message: 'no `]` at the end' };
    case 'indented':
      return { kind, place, message: `an indented line, which is another value of \`${name}\`` };
    case 'too-long':
      return { kind, place, message: 'the rest of a line that is too long' };
  }
}
