import { type FilePlace, sortUnchecked } from '../../analysis';
import type { Change, EngineStanding, Migration } from '../../migration';
import { counted } from '../counted';
import { type Paint, paint } from '../paint';
import { printable } from '../printable';
import type { Outcome } from './format-json';
import { unifiedDiff } from './unified-diff';

/** So many parts that were not checked are listed; `--format json` has them all. */
const LISTED = 20;

/** The plan for people: what would become of the files, what changes, and what is left to do. */
export function migrationPretty(plan: Migration, outcome: Outcome, write: boolean, colored: boolean): string {
  const brush = paint(colored);
  const diff = plan.files.map((file) => shownDiff(unifiedDiff(file), brush)).join('');
  return [
    diff === '' ? '' : `${diff}\n`,
    enginesText(plan.engines, plan.target.vllm, brush),
    section(write ? 'Done' : 'Done by --write', withState(plan, 'edit'), brush),
    section('Good to know', withState(plan, 'note'), brush),
    minorText(
      plan.changes.filter(({ state, minor }) => state === 'note' && minor),
      brush,
    ),
    section('Left to do by hand', withState(plan, 'by-hand'), brush),
    uncheckedText(plan, outcome, brush),
    ...plan.notes.map((note) => `${note}\n`),
    `${summary(plan, outcome, write)}\n`,
  ].join('');
}

/** A diff as a terminal may show it. */
function shownDiff(diff: string, brush: Paint): string {
  return diff
    .split('\n')
    .map((line) => {
      const shown = printable(line.replace(/\r$/, ''));
      if (/^(---|\+\+\+) /.test(line)) return brush.strong(shown);
      if (line.startsWith('@@')) return brush.dim(shown);
      if (line.startsWith('+')) return brush.added(shown);
      return line.startsWith('-') ? brush.removed(shown) : shown;
    })
    .join('\n');
}

function enginesText(engines: readonly EngineStanding[], to: string, brush: Paint): string {
  if (engines.length === 0) return '';
  const lines = engines.map((engine) => {
    const at = engine.place ? `${engine.file}:${position(engine.place)}` : engine.file;
    return `  ${printable(at)}  ${printable(engine.label)}: ${standingWords(engine, to)}\n`;
  });
  return `${brush.strong('Engines')}\n${lines.join('')}\n`;
}

function standingWords({ standing, from, origin }: EngineStanding, to: string): string {
  switch (standing) {
    case 'moves':
      return `vLLM ${from} (${ORIGINS[origin ?? 'implied']}) becomes ${to}`;
    case 'there':
      return `runs vLLM ${to} already`;
    case 'newer':
      return `runs vLLM ${from}, which is newer, and is left alone`;
    case 'unknown':
      return `its release is ${from === undefined ? 'not known' : printable(from)}; only what is true of ${to} itself is looked at (state the old one with --from)`;
  }
}

const ORIGINS: Readonly<Record<NonNullable<EngineStanding['origin']>, string>> = {
  comment: 'from a comment',
  image: 'from the image',
  requirement: 'from a pip requirement',
  setting: 'from --from',
  implied: 'implied',
};

function withState({ changes }: Migration, state: Change['state']): Change[] {
  return changes.filter((change) => change.state === state && !change.minor);
}

function section(title: string, changes: readonly Change[], brush: Paint): string {
  if (changes.length === 0) return '';
  const alike = new Map<string, Change[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.message, actions(change)]);
    alike.set(key, [...(alike.get(key) ?? []), change]);
  }
  return `${brush.strong(title)}\n${[...alike.values()].map((group) => changeText(group, brush)).join('')}\n`;
}

/** The same change in several places is said once. */
function changeText(group: readonly Change[], brush: Paint): string {
  const { severity, rule, message, kind } = group[0]!;
  const places = group.map((change) => {
    const who = change.engines.length > 0 ? ` ${change.engines.join(', ')}` : '';
    return printable(`${change.file}:${position(change)}${who}`);
  });
  const level = severity ? `${brush.severity(severity, severity)}  ` : '';
  const gone = kind === 'effect' ? 'no longer so: ' : '';
  const lines = [
    ...places.map((place) => `  ${brush.strong(place)}`),
    `      ${level}${gone}${printable(message)}${rule ? `  ${brush.dim(rule)}` : ''}`,
    ...actions(group[0]!).map((action) => `      ${brush.dim('=')} ${printable(action)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is done about a change, and what could be. */
function actions({ chosen, proposals, refused, state, leaves = [] }: Change): string[] {
  const other = proposals.filter((proposal) => proposal !== chosen);
  const first = chosen ? proposals.indexOf(chosen) : proposals.length;
  const worth = other.filter((proposal) => (chosen ? proposals.indexOf(proposal) < first : state !== 'edit'));
  return [
    ...(chosen ? [state === 'by-hand' ? `done: ${chosen.title}` : chosen.title] : []),
    ...leaves.map((message) => `then: ${message}`),
    ...worth.map(({ title, safe, purpose }) => {
      const doubt = safe || purpose === 'keep' ? '' : ', not the same';
      return `${chosen ? 'or' : 'possible'}${doubt}: ${title}`;
    }),
    ...(refused === undefined || chosen ? [] : [`not done: ${refused}`]),
  ];
}

/** Defaults that have little to do with KV transfers, each once. */
function minorText(changes: readonly Change[], brush: Paint): string {
  const names = new Map<string, string>();
  for (const { name, was, becomes } of changes) {
    if (name) names.set(name, `${name} ${was} → ${becomes}`);
  }
  if (names.size === 0) return '';
  const list = [...names.values()].map((line) => `  ${printable(line)}\n`).join('');
  return `${brush.strong('Other defaults that changed and are not set')}\n${list}\n`;
}

function uncheckedText(plan: Migration, { unreadable }: Outcome, brush: Paint): string {
  const parts = sortUnchecked([...unreadable, ...plan.unchecked]);
  if (parts.length === 0) return '';
  const lines = parts.slice(0, LISTED).map(({ file, place, reason }) => {
    const at = place ? `${file}:${position(place)}` : file;
    return `  ${printable(at)}  ${printable(reason)}\n`;
  });
  const more = parts.length - LISTED;
  if (more > 0) lines.push(`  … and ${more} more (\`--format json\` lists them all)\n`);
  return `${brush.strong('Not checked')}\n${lines.join('')}\n`;
}

/** Counted from 1, as editors do. */
function position({ range }: FilePlace): string {
  return `${range.start.line + 1}:${range.start.character + 1}`;
}

function summary({ changes, files }: Migration, outcome: Outcome, write: boolean): string {
  const edits = files.reduce((sum, file) => sum + file.edits.length, 0);
  const left = changes.filter(({ state }) => state === 'by-hand').length;
  const done = write
    ? `${counted(outcome.written.length, 'file')} written`
    : edits > 0
      ? `${counted(edits, 'edit')} in ${counted(files.length, 'file')}: --write applies them`
      : 'Nothing to write';
  return `${done}; ${left === 0 ? 'nothing' : counted(left, 'thing')} left to do by hand (${counted(outcome.files, 'file')} read).`;
}
