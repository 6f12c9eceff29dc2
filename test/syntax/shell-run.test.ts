// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell scripts.

import { describe, expect, test } from 'vitest';
import { runShell, type ShellCommand, type ShellScope, SourceText } from '../../server/src/syntax';

const closed: ShellScope = { open: [], positionals: [] };

function commands(script: string, scope: ShellScope = closed): readonly ShellCommand[] {
  return runShell(SourceText.root(script), scope).commands;
}

/** Unknown stretches in brackets. */
function show(text: SourceText): string {
  let shown = '';
  let done = 0;
  for (const { start, end } of text.holes()) {
    shown += `${text.text.slice(done, start)}⟨${text.text.slice(start, end)}⟩`;
    done = end;
  }
  return shown + text.text.slice(done);
}

function words(script: string, scope?: ShellScope): string[][] {
  return commands(script, scope).map((command) => command.words.map(show));
}

/** The words of the commands called `it`. */
function its(script: string, scope?: ShellScope): string[][] {
  return words(script, scope).flatMap(([name, ...rest]) => (name === 'it' ? [rest] : []));
}

function environment(script: string, scope: ShellScope = closed): Record<string, string> {
  const last = commands(script, scope).at(-1)!;
  return Object.fromEntries(last.environment.map(({ name, value }) => [name, show(value)]));
}

function scope(variables: Record<string, string>, more: ShellScope = {}): ShellScope {
  const entries = Object.entries(variables).map(([name, value]) => [name, SourceText.root(value)] as const);
  return { ...closed, variables: new Map(entries), ...more };
}

describe('words', () => {
  test('a launch with its quotes, continuations and variables', () => {
    const script = `KV='{"kv_connector":"NixlConnector"}'
vllm serve "$MODEL" \\
  --kv-transfer-config "$KV" \\
  --port=$((8000 + 1)) 'a b' c\\ d $'e\\tf'
`;
    expect(words(script, {})).toEqual([
      [
        'vllm',
        'serve',
        '⟨$MODEL⟩',
        '--kv-transfer-config',
        '{"kv_connector":"NixlConnector"}',
        '--port=8001',
        'a b',
        'c d',
        'e\tf',
      ],
    ]);
  });

  test('a word through a variable stands where the variable is assigned', () => {
    const script = `KV='{"a": 1}'; vllm serve --kv "$KV"`;
    const [command] = commands(script);
    const { span } = command!.words[3]!.locate({ start: 1, end: 4 });
    expect(script.slice(span.start, span.end)).toBe('"a"');
    expect(span.start).toBe(5);
  });

  test('quotes that the shell eats can be seen in the raw words', () => {
    const [command] = commands('it {"a":1} "{"b": "c d"}" {"a":1,"b":2}');
    expect(command!.words.map(show)).toEqual(['it', '{a:1}', '{b: c', 'd}', '⟨{"a":1,"b":2}⟩']);
    expect(command!.rawWords.map(({ text }) => text)).toEqual(['it', '{"a":1}', '"{"b": "c', 'd"}"', '{"a":1,"b":2}']);
    expect(command!.origins).toEqual([0, 1, 2, 3, 4]);
    expect(command!.open).toEqual({ kind: 'pattern', detail: '{"a":1,"b":2}' });
  });

  test('a value in an assignment has no brace expansion', () => {
    expect(its('A={"a":1,"b":2}; it "$A"')).toEqual([['{a:1,b:2}']]);
  });

  test('known values split, unknown ones leave the command open', () => {
    const [one, other] = commands('A="x  y"; it $A; it $B "$B"', {});
    expect(one!.words.map(show)).toEqual(['it', 'x', 'y']);
    expect(one!.open).toBeUndefined();
    expect(one!.origins).toEqual([0, 1, 1]);
    expect(other!.words.map(show)).toEqual(['it', '⟨$B⟩', '⟨$B⟩']);
    expect(other!.open).toEqual({ kind: 'variable', detail: '$B' });
  });

  test('an unknown number never splits', () => {
    const [command] = commands('it $((A + 1)) $? $$', {});
    expect(command!.words.map(show)).toEqual(['it', '⟨$((A + 1))⟩', '⟨$?⟩', '⟨$$⟩']);
    expect(command!.open).toBeUndefined();
  });

  test('defaults: unknown when the variable may be set, else the characters of the default', () => {
    const script = 'it "${X:-abc}" ${Y:+n} "${HOME:-x}"';
    expect(its(script, {})).toEqual([['⟨${X:-abc}⟩', '⟨${Y:+n}⟩', '⟨${HOME:-x}⟩']]);
    expect(its(script)).toEqual([['abc', '⟨${HOME:-x}⟩']]);
    const { span } = commands(script)[0]!.words[1]!.locate();
    expect(script.slice(span.start, span.end)).toBe('abc');
    expect(its('X=; it "${X:-abc}" "${X-abc}"; X=y; it "${X:-abc}"', {})).toEqual([['abc', ''], ['y']]);
    expect(its(': "${X:=abc}"; it "$X"')).toEqual([['abc']]);
    expect(its(': "${X:=abc}"; it "$X"', {})).toEqual([['⟨$X⟩']]);
  });

  test('arrays', () => {
    expect(its('A=(a "b c"); A+=(--x); it "${A[@]}" ${#A[@]} "${A[1]}"')).toEqual([['a', 'b c', '--x', '3', 'b c']]);
    expect(its('A=(); it "${A[@]}" end')).toEqual([['end']]);
    const [command] = commands('A=(x $Y); it "${A[@]}"', {});
    expect(command!.words.map(show)).toEqual(['it', 'x', '⟨$Y⟩']);
    expect(command!.open).toEqual({ kind: 'variable', detail: '$Y' });
    expect(its('declare -A M=([a]=b); it "${M[a]}"')).toEqual([['⟨${M[a]}⟩']]);
  });

  test('text that commands hand through', () => {
    const document = 'cat <<\'EOF\'\n{"a": 1}\n\nEOF\n';
    expect(its(`A=$(${document}); it "$A"`)).toEqual([['{"a": 1}']]);
    expect(its(`it "$(cat <<'EOF' | tr -d '[:space:]'\n{"a": 1}\nEOF\n)"`)).toEqual([['{"a":1}']]);
    expect(its(`A='{"a": "b c"}'; it "$(echo "$A" | jq -c .)" "$(echo "$A" | tr -d '[:space:]')"`)).toEqual([
      ['{"a":"b c"}', '{"a":"bc"}'],
    ]);
    expect(its(`read -r -d '' A <<'EOF' || true\n{"a": 1}\nEOF\nit "$A"`)).toEqual([['{"a": 1}']]);
    expect(its('cat > kv.json <<EOF\n{}\nEOF\nit "$(cat kv.json)" "$(< kv.json)"')).toEqual([['{}', '{}']]);
    expect(its('jq . x > kv.json; it "$(cat kv.json)"', { file: () => SourceText.root('{}') })).toEqual([
      ['⟨$(cat kv.json)⟩'],
    ]);
    expect(its('it "$(cat kv.json)"', { file: () => SourceText.root('{}\n') })).toEqual([['{}']]);
    expect(its('it "$(hostname -i)"')).toEqual([['⟨$(hostname -i)⟩']]);
  });

  test('patterns may stand for files', () => {
    const [command] = commands('A="*"; it *.py --x=? $A "*" ["a"]');
    expect(command!.words.map(show)).toEqual(['it', '⟨*⟩.py', '--x=⟨?⟩', '⟨*⟩', '*', '[a]']);
    expect(command!.open?.kind).toBe('pattern');
  });

  test('CRLF and a byte order mark are not the script’s', () => {
    const script = '\uFEFFA="x"\r\nit \\\r\n  "$A" \\\r\n  y\r\n';
    expect(its(script)).toEqual([['x', 'y']]);
    const { span } = commands(script)[0]!.words[1]!.locate();
    expect(script.slice(span.start, span.end)).toBe('x');
  });

  test('unknown stretches of the source stay unknown, and do not split what stands in quotes', () => {
    const text = 'it "a TEMPLATE b" TEMPLATE x';
    const holes = [...text.matchAll(/TEMPLATE/g)].map(({ index }) => ({ start: index, end: index + 8 }));
    const reason = { kind: 'template', detail: '{{ x }}' } as const;
    let at = 0;
    const segments = [...holes, { start: text.length, end: text.length }].flatMap(({ start, end }) => {
      const pieces = [
        { start: at, end: start, sourceStart: at, sourceEnd: start, kind: 'verbatim' as const },
        { start, end, sourceStart: start, sourceEnd: end, kind: 'hole' as const, reason },
      ].filter((piece) => piece.end > piece.start);
      at = end;
      return pieces;
    });
    const root = SourceText.root(text);
    const [command] = runShell(SourceText.derived(root, text, segments, root.all), closed).commands;
    expect(command!.words.map(show)).toEqual(['it', 'a ⟨TEMPLATE⟩ b', '⟨TEMPLATE⟩', 'x']);
    expect(command!.open).toEqual(reason);
  });
});

describe('environment', () => {
  test('exports and prefixes, the last one wins', () => {
    expect(environment('export A=1 B=2; C=3; export C; D=4; A=9 E=5 it')).toEqual({ A: '9', B: '2', C: '3', E: '5' });
    expect(environment('A=9 it; it')).toEqual({});
    expect(environment('A=1 B=$A it')).toEqual({ A: '1', B: '1' });
    expect(environment('declare -x A=1; export "B=x y"; export -n A; it')).toEqual({ B: 'x y' });
    expect(environment('set -a; A=1; set +a; B=2; it')).toEqual({ A: '1' });
    expect(environment('set -o allexport; A=1; it')).toEqual({ A: '1' });
    expect(environment('export A; A=1; it')).toEqual({ A: '1' });
    expect(environment('export A=1; unset A; it')).toEqual({});
    expect(environment('export A=1; (export A=2; true); it')).toEqual({ A: '1' });
    expect(environment('export A=1; export A+=2; it')).toEqual({ A: '12' });
  });

  test('what is taken away is said', () => {
    expect(commands('unset UCX_TLS; export -n B; it')[0]!.removed).toEqual(['UCX_TLS', 'B']);
    expect(commands('unset UCX_TLS; export UCX_TLS=all; it')[0]!.removed).toEqual([]);
    expect(commands('[ -f x ] && unset UCX_TLS; it').at(-1)!.removed).toEqual([]);
  });

  test('surrounding variables are known, and not repeated', () => {
    expect(its('it "$A"', scope({ A: 'x' }))).toEqual([['x']]);
    expect(environment('it', scope({ A: 'x' }))).toEqual({});
    expect(environment('A=y; it', scope({ A: 'x' }))).toEqual({ A: 'y' });
    expect(environment('A=y; it', scope({ A: 'x' }, { exported: new Set() }))).toEqual({});
  });

  test('what may set anything opens it', () => {
    const open = (script: string) =>
      commands(script, {})
        .at(-1)!
        .environmentOpen.map(({ kind }) => kind);
    expect(open('it')).toEqual([]);
    expect(open('source env.sh; it')).toEqual(['include']);
    expect(open('. /opt/venv/bin/activate; it')).toEqual(['include']);
    expect(open('eval "$(conda shell.bash hook)"; it')).toEqual(['command']);
    expect(open('export $(grep -v "^#" .env | xargs); it')).toEqual(['command']);
    expect(open('export "$X"; it')).toEqual(['variable']);
    expect(open('(source env.sh); it')).toEqual([]);
    expect(open('[ -f env.sh ] && . env.sh; it')).toEqual(['include']);
  });

  test('an included file may assign anew, unless it only sets up a Python environment', () => {
    expect(its('A=1; source env.sh; it $A; A=2; it $A')).toEqual([['⟨$A⟩'], ['2']]);
    expect(its('A=1; source $V/bin/activate; it $A', {})).toEqual([['1']]);
  });

  test('an included file that can be had is run', () => {
    const file = (path: string) => (path === './env.sh' ? SourceText.root('export A=1\nB=2\n') : undefined);
    expect(environment('. ./env.sh; it', { ...closed, file })).toEqual({ A: '1' });
    expect(environment('set -a; source ./env.sh; set +a; it', { ...closed, file })).toEqual({ A: '1', B: '2' });
    expect(environment('D=$(cd "$(dirname "$0")" && pwd); . "$D/env.sh"; it', { file })).toEqual({ A: '1' });
  });
});

describe('what may not happen', () => {
  const reasons = (script: string, given: ShellScope = {}) =>
    commands(script, given)
      .filter(({ words: [name] }) => name!.text === 'it')
      .map(({ conditional }) => conditional?.detail);

  test('commands after ordinary commands run, after tests perhaps', () => {
    expect(reasons('cd x && it; mkdir -p y && cd y && it')).toEqual([undefined, undefined]);
    expect(reasons('cd x || it')).toEqual(['cd x']);
    expect(reasons('[ -f x ] && it')).toEqual(['[ -f x ]']);
    expect(reasons('command -v vllm && it')).toEqual(['command -v vllm']);
    expect(reasons('[ -z "$X" ] && exit 1; it')).toEqual([undefined]);
    expect(reasons('[ -n "$X" ] || exit 1; it')).toEqual([undefined]);
    expect(reasons('[ -n "$X" ] || exit 1 && it')).toEqual([undefined]);
    expect(reasons('it & it; it | tee x; (it); { it; }')).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(reasons('exit 0; it')).toEqual(['exit']);
    expect(reasons('if [ -f x ]; then exit 1; fi; it')).toEqual([undefined]);
    expect(reasons('exec other; it')).toEqual(['exit']);
  });

  test('branches and loops', () => {
    expect(reasons('if [ "$A" = x ]; then it; else it; fi')).toEqual(['[ "$A" = x ]', '[ "$A" = x ]']);
    expect(reasons('case $A in x) it;; *) it;; esac')).toEqual(['$A', '$A']);
    expect(reasons('for x in $A; do it; done')).toEqual(['for x in $A']);
    expect(reasons('for x in 1 2; do it; done')).toEqual([undefined]);
    expect(reasons('while read -r x; do it; done')).toEqual(['while read -r x']);
    expect(reasons('while true; do it; sleep 1; done')).toEqual([undefined]);
    expect(commands('for x in 1 2; do it; done; it').map(({ repeated }) => repeated)).toEqual([true, false]);
    expect(reasons('f() { it; }')).toEqual(['f()']);
    expect(reasons('f() { it; }; f')).toEqual([undefined]);
  });

  test('known tests are decided', () => {
    const known = scope({ ROLE: 'prefill' });
    expect(reasons('if [ "$ROLE" = prefill ]; then it; else it; fi', known)).toEqual([
      undefined,
      '[ "$ROLE" = prefill ]',
    ]);
    expect(reasons('if [[ $ROLE == pre* && -n $ROLE ]]; then it; fi', known)).toEqual([undefined]);
    expect(reasons('case "$ROLE" in decode) it;; prefill|both) it;; *) it;; esac', known)).toEqual([
      '"$ROLE"',
      undefined,
      '"$ROLE"',
    ]);
    expect(reasons('N=2; if (( N > 1 )); then it; fi; [ $N -lt 1 ] || it')).toEqual([undefined, undefined]);
  });

  test('what branches disagree on is unknown, with what they agree on kept', () => {
    expect(its('A=1; if [ -f x ]; then A=2; fi; it "$A"')).toEqual([['⟨$A⟩']]);
    expect(its('A=1; if [ -f x ]; then B=2; fi; it "$A"')).toEqual([['1']]);
    expect(its('if [ -f x ]; then A=1; it "$A"; else A=2; it "$A"; fi')).toEqual([['1'], ['2']]);
    expect(its('[ -z "$A" ] && A=1; it "$A"', {})).toEqual([['⟨$A⟩']]);
    expect(its('A=1; (A=2); A=3 true; it "$A"')).toEqual([['1']]);
    expect(environment('if [ -f x ]; then export A=1; fi; it')).toEqual({ A: '⟨1⟩' });
    expect(environment('A=1; if [ -f x ]; then export A; fi; it')).toEqual({ A: '⟨1⟩' });
    expect(environment('export A=1; if [ -f x ]; then A=2; fi; A=3; it')).toEqual({ A: '3' });
  });

  test('a command put together in branches keeps what it certainly has', () => {
    const [array] = commands('L=(serve --a); if [ -f x ]; then L+=(--b); fi; L+=(--c); it "${L[@]}"').slice(-1);
    expect(array!.words.map(show)).toEqual(['it', 'serve', '--a', '⟨--b⟩', '--c']);
    expect(array!.open).toEqual({ kind: 'branch', detail: '$L' });
    const [text] = commands('C="serve --a"; if [ -f x ]; then C="$C --b"; fi; C+=" --c"; it $C').slice(-1);
    expect(text!.words.map(show)).toEqual(['it', 'serve', '--a', '⟨--b⟩', '--c']);
    expect(text!.open?.kind).toBe('branch');
    // Without a blank between, the last word itself is in doubt.
    expect(its('C="a"; if [ -f x ]; then C="${C}b"; fi; it $C')).toEqual([['a⟨b⟩']]);
    const [looped] = commands('L=(--a); for x in $Y; do L+=(--b "$x"); done; it "${L[@]}"', {}).slice(-1);
    expect(looped!.words.map(show)).toEqual(['it', '--a', '⟨--b⟩']);
  });

  test('a loop knows nothing of the round before', () => {
    expect(its('A=1; for x in 1 2; do it "$A" "$x"; A=2; done')).toEqual([['⟨$A⟩', '⟨$x⟩']]);
    expect(its('A=1; for x in 1 2; do A=2; it "$A"; done; it "$A"')).toEqual([['2'], ['2']]);
    expect(its('P=8000; for x in 1 2; do it $((P++)); done')).toEqual([['⟨$((P++))⟩']]);
    expect(its('while true; do A=1; [ -f x ] && break; A=2; done; it "$A"')).toEqual([['1']]);
  });
});

describe('functions', () => {
  test('run with the arguments of each call', () => {
    const script = 'start() { local port=$1; it --port "$port" "${@:2}" "$#"; }; start 1 a; start 2';
    expect(its(script)).toEqual([
      ['--port', '1', '⟨${@:2}⟩', '2'],
      ['--port', '2', '⟨${@:2}⟩', '1'],
    ]);
    expect(its('f() { shift; it "$@"; }; f a b "c d"')).toEqual([['b', 'c d']]);
    expect(its('f() { it "$1" "$2" "$@"; }; f a $X b', {})).toEqual([['a', '⟨$2⟩', 'a', '⟨$X⟩', 'b']]);
  });

  test('local variables end with the function', () => {
    expect(its('A=1; f() { local A=2; g; }; g() { it $A; }; f; it $A')).toEqual([['2'], ['1']]);
    expect(its('f() { A=2; }; f; it $A')).toEqual([['2']]);
    expect(its('f() { [ -f x ] && { A=1; return; }; A=2; }; f; it $A')).toEqual([['⟨$A⟩']]);
    expect(environment('f() { it; }; A=1 f')).toEqual({ A: '1' });
  });

  test('one that calls itself ends', () => {
    expect(its('f() { it; f; }; f').length).toBeLessThan(20);
  });

  test('one that calls itself in a loop is followed as far as it says something new', () => {
    const tree = 'tree() { local p="$1"; while read -r c; do echo "$c"; tree "$c"; done < <(pgrep -P "$p"); }';
    const { exhausted, commands } = runShell(SourceText.root(`${tree}\ntree 1\nit`));
    expect(exhausted).toBeUndefined();
    expect(commands.length).toBeLessThan(20);
    expect(commands.at(-1)!.words.map(show)).toEqual(['it']);
  });

  test('one that calls itself after other functions were defined is followed', () => {
    const next = 'next() { next() { next() { next() { it d; }; it c; }; it b; }; it a; }';
    const said = its(`${next}; f() { next; [ -f x ] || f; }; f`);
    expect(said.slice(0, 4)).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  test('one that calls itself with other words, or sets something, is followed', () => {
    expect(its('f() { case $1 in 5) f 4;; 4) f 3;; esac; A="$A$1"; }; A=; f 5; it $A')).toEqual([['345']]);
    expect(its('f() { [ -f x ] && f; A="$A b"; }; A=a; f; it "$A"')).not.toEqual([['a b']]);
  });
});

describe('scripts in scripts', () => {
  test('eval', () => {
    const script = `KV='{"a":"b"}'\nCMD="A=1 it --kv '$KV' $X"\neval "$CMD &"`;
    const [command] = commands(script, {});
    expect(command!.words.map(show)).toEqual(['it', '--kv', '{"a":"b"}', '⟨$X⟩']);
    expect(command!.open).toEqual({ kind: 'variable', detail: '$X' });
    expect(command!.background).toBe(true);
    expect(command!.environment.map(({ name }) => name)).toEqual(['A']);
    const { span } = command!.words[2]!.locate({ start: 5, end: 8 });
    expect(script.slice(span.start, span.end)).toBe('"b"');
  });

  test('what a command reads', () => {
    const given = (script: string) => commands(script).at(-1)!.hereDocuments.map(show);
    expect(given('bash <<EOF\nit $A\nEOF')).toEqual(['it \n']);
    expect(given('cat <<EOF | ssh host bash -s\nit\nEOF')).toEqual(['it\n']);
    expect(given('echo "a b" | it')).toEqual(['a b']);
    expect(given('it <<< "a"')).toEqual(['a']);
    expect(given('while true; do it; done <<EOF\na\nEOF')).toEqual(['a\n']);
  });

  test('redirections', () => {
    const [command] = commands('it > "$LOG/x.log" 2>&1', {});
    expect(command!.redirects.map(({ operator, target }) => [operator, show(target)])).toEqual([
      ['>', '⟨$LOG⟩/x.log'],
      ['>&', '1'],
    ]);
  });
});

describe('bounds', () => {
  const runs = (script: string) => runShell(SourceText.root(script), closed);
  /** `f0`, `f1`, … of which each calls the next. */
  const chain = (length: number, body: (next: string) => string) =>
    Array.from({ length }, (_, index) => `f${index}() { ${body(`f${index + 1}`)}; }\n`).join('');

  test('a value that doubles stops growing', () => {
    const script = `A=0123456789\n${'A=$A$A\n'.repeat(200)}it "$A"`;
    const [command] = runs(script).commands;
    expect(command!.words[1]!.length).toBeLessThan(300_000);
    expect(command!.words[1]!.known).toBe(false);
  });

  test('a value that is appended to for ever', () => {
    const run = runs(`A=x\n${'A+=" y"\n'.repeat(5000)}it "$A"\n${'L+=($A)\n'.repeat(50)}`);
    expect(run.commands).toHaveLength(1);
    expect(run.commands[0]!.words[1]!.known).toBe(false);
  });

  test('functions that call each other, loops in loops, words in words', () => {
    const calls = Array.from({ length: 30 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; }`).join('\n');
    expect(runs(`${calls}\nf30() { it; }\nf0`).open.map(({ detail }) => detail)).toContain(
      'more than 30,000 steps of shell',
    );
    const loops = `${'for x in 1 2; do '.repeat(40)}A=1; it${'; done'.repeat(40)}`;
    expect(runs(loops).commands.length).toBeLessThan(100);
    expect(runs(`it ${'"${A:-'.repeat(300)}x${'}"'.repeat(300)}`).commands.length).toBeLessThan(2);
    expect(runs(`it ${'$('.repeat(3000)}`).commands.length).toBeLessThan(2);
    expect(runs(`eval ${'\'eval "'.repeat(500)}`).commands.length).toBeLessThan(2);
    expect(runs(`A='eval "$A"'; eval "$A"; it`).commands.length).toBe(1);
  });

  test.each([
    ['more than 30,000 steps of shell', `${'A=1\n'.repeat(30_000)}it`],
    ['more than 10,000 commands of shell', 'it\n'.repeat(10_001)],
    ['more than 100,000 words of shell', `it ${'a '.repeat(15_000)}\n`.repeat(4)],
    ['more than 20,000 words in a command', `it ${'a '.repeat(20_001)}`],
    ['more than 1,000 shell functions', Array.from({ length: 1001 }, (_, index) => `f${index}() { it; }\n`).join('')],
    ['more than 1,000 files that a script writes', Array.from({ length: 1001 }, (_, n) => `it > f${n}\n`).join('')],
    ['shell commands more than 120 levels deep in each other', `${'( '.repeat(100)}it${' )'.repeat(100)}`],
    ['shell functions more than 12 calls deep', `${chain(13, (next) => next)}f0`],
  ])('what goes beyond a limit is told: %s', (limit, script) => {
    const run = runs(script);
    expect(run.exhausted).toBe(limit);
    expect(run.open).toEqual([{ kind: 'limit', detail: limit }]);
  });

  test('scripts within the limits, and those that call or read themselves, reach none', () => {
    expect(runs(`${'A=1\n'.repeat(10_000)}it`).exhausted).toBeUndefined();
    expect(runs('f() { it; f; }\nf').exhausted).toBeUndefined();
    const file = (path: string) => (path === 'a.sh' ? SourceText.root('it\n. a.sh\n') : undefined);
    expect(runShell(SourceText.root('. a.sh'), { open: [], file }).exhausted).toBeUndefined();
  });

  test('beyond a limit no variable is known, since what was left out may have set it', () => {
    const run = runs(`A=1\n${'B=1\n'.repeat(30_000)}A=2\n`);
    expect(run.variables.map(({ name, value }) => [name, value.known])).toEqual([
      ['A', false],
      ['B', false],
    ]);
    const deep = runs(`A=1\n${chain(13, (next) => next)}f13() { A=2; }\nf0\nit "$A"`);
    expect(deep.commands.at(-1)!.words[1]!.known).toBe(false);
  });

  test('functions that nothing calls are followed for as many steps as are left to all of them', () => {
    const run = runs(`${chain(200, (next) => `it; ${next}; ${next}`)}f200() { it; }`);
    expect(run.exhausted).toBe('more than 30,000 steps of shell');
    expect(run.commands.length).toBeLessThan(30_000);
  });

  test('patterns that are slow to try are not tried', () => {
    const run = runs(`A=${'a'.repeat(15_000)}; it "\${A##*a*a*a*b}" "\${A//a*a*b/}"`);
    expect(run.commands[0]!.words.map(({ known }) => known)).toEqual([true, false, false]);
  });
});
