import type { Analysis } from '../../analysis';
import type { Variable } from '../../model';
import type { Links } from './link';

/** `$(NAME)`, `${NAME…}` and `$NAME`, none of them escaped. */
const REFERENCE = /(?<![\\$])\$(?:\((\w+)\)|\{(\w+)(?=[}:#%/^,@[\-+?=])|([A-Za-z_]\w*))/g;

/** The names that a script or a Dockerfile sets. */
const ASSIGNED =
  /(?<![\w$./-])[A-Za-z_]\w*(?=\+?=(?!=))|(?<=\bfor\s+)[A-Za-z_]\w*(?=\s+in\b)|(?<=\bread\s+(?:-\w+\s+)*)[A-Za-z_]\w*|(?<=^(?:ARG|ENV)\s+)[A-Za-z_]\w*/gm;

/** Files whose parts each have variables of their own; in all others there is one set. */
const PARTED = /^(?:kubernetes|yaml)$/;

/** A part of the file in which names mean the same. */
interface Scope {
  readonly start: number;
  readonly end: number;
  readonly variables: readonly Variable[];
}

/** Uses of variables, and where these are set: in a script, in a container's list, in a file that it takes over. */
export function addVariableLinks(analysis: Analysis, links: Links): void {
  const { text, name: file, files, references, host } = analysis;
  const uses = [...text.matchAll(REFERENCE)].filter(({ index }) => !isComment(text, index));
  if (uses.length === 0) return;
  const scopes = scopesOf(analysis);
  const assigned = new Map<string, number[]>();
  for (const { 0: name, index } of text.matchAll(ASSIGNED)) {
    if (!isComment(text, index)) assigned.set(name, [...(assigned.get(name) ?? []), index]);
  }
  const dotenv = host === 'compose' ? references.get('.env') : undefined;
  for (const use of uses) {
    const name = use[1] ?? use[2] ?? use[3] ?? '';
    const index = use.index + (use[3] ? 1 : 2);
    const from = files.place(file, index, index + name.length);
    if (host === 'compose') {
      const found = dotenv && new RegExp(`(?<=^(?:export\\s+)?)${name}(?=\\s*=)`, 'm').exec(dotenv.text);
      if (found) links.add(from, files.place(dotenv.name, found.index, found.index + name.length));
      continue;
    }
    const scope = scopes.find(({ start, end }) => start <= index && index <= end);
    if (!scope) continue;
    const inside = (assigned.get(name) ?? []).filter(
      (start) => scope.start <= start && start <= scope.end && !isOwn(text, start, index),
    );
    const before = inside.filter((start) => start < index);
    const places = scope.variables.flatMap((one) => (one.name === name && files.locate(one.nameText.place())) || []);
    const earlier = places.filter((place) => place.file !== file || place.start < index);
    const known = earlier.at(-1) ?? places.at(-1);
    if (before.length > 0 || !known) {
      for (const start of before.length > 0 ? before : inside) {
        links.add(from, files.place(file, start, start + name.length));
      }
    } else links.add(from, known);
  }
}

function scopesOf({ host, text, name, files, deployment }: Analysis): Scope[] {
  const { engines, pods } = deployment;
  const whole = {
    start: 0,
    end: text.length,
    variables: engines.flatMap(({ container, environment }) => (container ? [] : environment.variables)),
  };
  if (!host || !PARTED.test(host)) return [whole];
  const scopes: Scope[] = [];
  const add = (place: Parameters<typeof files.locate>[0], variables: readonly Variable[]) => {
    const located = files.locate(place);
    if (located?.file === name) scopes.push({ start: located.start, end: located.end, variables });
  };
  const alone = engines.flatMap(({ container }) => container ?? []);
  for (const container of new Set([...pods.flatMap(({ containers }) => containers), ...alone])) {
    const own = engines.filter((engine) => engine.container === container);
    const variables = own.flatMap(({ environment }) => environment.variables);
    add(container.whole, own.length > 0 ? variables : container.environment.variables);
  }
  for (const { text: script } of deployment.configMaps.flatMap(({ data }) => data)) {
    if (script) add(script.place(), []);
  }
  return scopes;
}

/** True on a line that starts with `#`. */
function isComment(text: string, at: number): boolean {
  return /^[^\S\n]*#/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
}

/** `PATH=$PATH:…`: a use in the value that is being set. */
function isOwn(text: string, assignment: number, use: number): boolean {
  return assignment < use && use - assignment < 1000 && !/\s/.test(text.slice(assignment, use));
}
