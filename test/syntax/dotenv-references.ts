/*
 * What the readers of env files do, as short as it can be said, without any places: the tests compare with these.
 */

/** docker/cli, pkg/kvfile: lines are split at the first `=`, and that is all. `undefined`: the file is refused. */
export function dockerReference(text: string): [string, string | undefined][] | undefined {
  const entries: [string, string | undefined][] = [];
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = raw.replace(/\r$/, '').replace(/^[\s\u0085]+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    if (name === '' || /[ \t]/.test(name)) return undefined;
    entries.push([name, equals < 0 ? undefined : line.slice(equals + 1)]);
  }
  return entries;
}

/** systemd, src/basic/env-file.c, as a table of states. */
export function systemdReference(text: string): [string, string][] {
  const entries: [string, string][] = [];
  let state = 'before name';
  let name = '';
  let value = '';
  let blanksFrom = -1;
  const push = () => {
    const kept = blanksFrom >= 0 && state === 'value' ? value.slice(0, blanksFrom) : value;
    if (/^[A-Za-z_]\w*$/.test(name.trimEnd())) entries.push([name.trimEnd(), kept]);
    name = '';
    value = '';
    blanksFrom = -1;
    state = 'before name';
  };
  for (const character of text) {
    const lineEnd = character === '\n' || character === '\r';
    const blank = lineEnd || character === ' ' || character === '\t';
    if (state === 'before name') {
      if (character === '#' || character === ';') state = 'comment';
      else if (!blank) {
        state = 'name';
        name = character;
      }
    } else if (state === 'comment') {
      if (lineEnd) state = 'before name';
    } else if (state === 'name') {
      if (lineEnd) state = 'before name';
      else if (character === '=') state = 'before value';
      else name += character;
    } else if (state === 'before value' || state === 'value') {
      if (lineEnd) push();
      else if (state === 'before value' && (character === "'" || character === '"')) state = character;
      else if (character === '\\') {
        state = 'escape';
        blanksFrom = -1;
      } else if (state === 'value' || !blank) {
        if (!blank) blanksFrom = -1;
        else if (blanksFrom < 0) blanksFrom = value.length;
        value += character;
        state = 'value';
      }
    } else if (state === 'escape') {
      if (!lineEnd) value += character;
      state = 'value';
    } else if (state === '"\\') {
      if ('"\\`$'.includes(character)) value += character;
      else if (character !== '\n') value += `\\${character}`;
      state = '"';
    } else if (character === state) state = 'before value';
    else if (state === '"' && character === '\\') state = '"\\';
    else value += character;
  }
  if (state !== 'before name' && state !== 'comment' && state !== 'name') push();
  return entries;
}

/** compose-spec/compose-go, dotenv, for files without expansions. `undefined`: the file is refused. */
export function composeReference(text: string): [string, string | undefined][] | undefined {
  const entries: [string, string | undefined][] = [];
  let rest = text.replace(/^\uFEFF/, '');
  for (;;) {
    rest = rest.replace(/^(?:\s|#[^\n]*(?=\n|$))+/, '');
    if (rest === '') return entries;
    if (/^export\s/.test(rest)) rest = rest.slice(6).replace(/^[^\S\n]+/, '');
    const [, key, sign] = /^([\w.\-[\]\p{L}\p{N}\t\v\f\r ]*)([=:\n]|$)/u.exec(rest) ?? [];
    if (key === undefined || sign === undefined) return undefined;
    const name = key.trimEnd();
    if (name === '' || name.includes(' ')) return undefined;
    rest = rest.slice(key.length + sign.length);
    if (sign === '\n' || sign === '') {
      entries.push([name, undefined]);
      continue;
    }
    rest = rest.replace(/^[\t\v\f\r \u0085\u00a0]+/, '');
    const quoted = /^'((?:[^'\\]|\\[\s\S])*)'/.exec(rest) ?? /^"((?:[^"\\]|\\[\s\S])*)"/.exec(rest);
    if (quoted) {
      const value = rest.startsWith("'")
        ? quoted[1]!.replace(/\\([\s\S])/g, (all, one) => (one === "'" ? "'" : all))
        : quoted[1]!.replace(/\\([\s\S])/g, (all, one) => composeEscapes[one] ?? all).replaceAll('$$', '$');
      entries.push([name, value]);
      rest = rest.slice(quoted[0].length);
    } else if (/^["']/.test(rest)) return undefined;
    else {
      const line = rest.split('\n')[0]!;
      entries.push([name, line.split(' #')[0]!.trimEnd().replaceAll('$$', '$')]);
      rest = rest.slice(line.length);
    }
  }
}

const composeEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  $: '$$',
};
