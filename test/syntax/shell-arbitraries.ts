// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell scripts.

import fc from 'fast-check';

const names = fc.constantFrom('A', 'B', 'C', 'D');
const lists = fc.constantFrom('L', 'M');

const plain = fc.constantFrom(
  'a',
  'b',
  'vllm',
  '--flag',
  '=',
  ',',
  ':',
  '.',
  '/',
  '-',
  '+',
  '%',
  '@',
  '^',
  'é',
  '日本',
  '😀',
  '1',
  '8000',
);
const escaped = fc.constantFrom(
  '\\ ',
  '\\"',
  "\\'",
  '\\$',
  '\\\\',
  '\\`',
  '\\a',
  '\\{',
  '\\}',
  '\\*',
  '\\;',
  '\\é',
  '\\😀',
);
const continuation = fc.constant('\\\n');
const singleBody = fc.array(
  fc.constantFrom('a', ' ', '"', '\\', '$A', '`x`', '{"k":1}', '\n', '\\\n', '#', '*', 'é', '~'),
  { maxLength: 5 },
);
const single = singleBody.map((pieces) => `'${pieces.join('')}'`);
const ansi = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '"',
      "\\'",
      '\\\\',
      '\\n',
      '\\t',
      '\\x41',
      '\\u00e9',
      '\\U0001F600',
      '\\101',
      '\\q',
      '\\e',
      '\\xc3\\xa9',
      '$A',
      '\n',
      '\\?',
    ),
    { maxLength: 5 },
  )
  .map((pieces) => `$'${pieces.join('')}'`);

const number = fc.oneof(
  fc.integer({ min: 0, max: 70000 }).map(String),
  fc.constantFrom('0x1F', '010', '2#101', 'N', '$N', '${N}', '(N+1)', '-3'),
);
const arithmetic = fc
  .tuple(number, fc.constantFrom('+', '-', '*', '/', '%', '<', '==', '&&', '|', '<<', ' ? 1 : '), number)
  .map(([left, operator, right]) => `$((${left} ${operator} ${right}))`);

const pattern = fc.constantFrom('a', 'a*', '*a', '?', '*=', 'vllm', '"*"', "'a'", '--', '$B');

/** `$NAME` and `${…}`; `operand` writes the word after an operator. */
function expansion(operand: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: names.map((name) => `\${${name}}`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(names, fc.constantFrom(':-', '-', ':+', '+', ':='), operand)
        .map(([name, operator, word]) => `\${${name}${operator}${word}}`),
    },
    { weight: 1, arbitrary: names.map((name) => `\${#${name}}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, fc.constantFrom('%', '%%', '#', '##'), pattern)
        .map(([name, operator, word]) => `\${${name}${operator}${word}}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, fc.constantFrom('/', '//', '/#', '/%'), pattern)
        .map(([name, operator, word]) => `\${${name}${operator}${word}/X}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, fc.constantFrom('0:2', '1', '1:1', ' -2'))
        .map(([name, range]) => `\${${name}:${range}}`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(lists, fc.constantFrom('@', '*', '0', '1', '7', '-1', 'N'))
        .map(([name, index]) => `\${${name}[${index}]}`),
    },
    { weight: 1, arbitrary: lists.map((name) => `\${#${name}[@]}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(lists, fc.constantFrom(':1', ':0:1', '/a/b', '%a', '##*a'))
        .map(([name, rest]) => `\${${name}[@]${rest}}`),
    },
    { weight: 1, arbitrary: lists.map((name) => `\${${name}[@]+"\${${name}[@]}"}`) },
    { weight: 1, arbitrary: fc.constantFrom('$1', '$2', '$@', '$*', '$#', '${3}') },
    { weight: 1, arbitrary: arithmetic },
    { weight: 1, arbitrary: names.map((name) => `\${${name}^^}`) },
    { weight: 1, arbitrary: names.map((name) => `$(echo "$${name}")`) },
  );
}

const doubleLiteral = fc.constantFrom(
  'a',
  ' ',
  '  ',
  '\\"',
  '\\\\',
  '\\$',
  '\\`',
  '\\a',
  "'",
  '{"k": ',
  '}',
  '\n',
  '\\\n',
  '$ ',
  '\\n',
  '*',
  'é',
  '#',
);
const doubleOperand = fc
  .array(fc.constantFrom('a', ' ', '\\"', '\\}', '${B}', '"q r"', "'s'", '\\\\'), { maxLength: 3 })
  .map((pieces) => pieces.join(''));
const double = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: doubleLiteral },
      { weight: 1, arbitrary: expansion(doubleOperand) },
      { weight: 1, arbitrary: names.map((name) => `$${name}`) },
    ),
    { maxLength: 5 },
  )
  .map((pieces) => `"${joined(pieces)}"`);

const bareOperand = fc
  .array(fc.oneof(plain, escaped, single, double, fc.constantFrom(' ', '  ', '${B}', '${C}')), { maxLength: 3 })
  .map((pieces) => pieces.join(''))
  // The parser takes the quote behind this for that of `$'…'`.
  .filter((text) => !text.includes("\\$'"));

/** A word in any mixture of notations. */
export const word: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: plain },
      { weight: 2, arbitrary: escaped },
      { weight: 3, arbitrary: single },
      { weight: 3, arbitrary: double },
      { weight: 1, arbitrary: ansi },
      { weight: 1, arbitrary: continuation },
      { weight: 1, arbitrary: fc.constant("''\\'''") },
      { weight: 2, arbitrary: expansion(bareOperand) },
      { weight: 1, arbitrary: names.map((name) => `$${name}`) },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map(joined)
  // Reserved words and comments are not what this is about.
  .filter((text) => !/^[#~]/.test(text));

/** `$A` before a letter would be another name. */
function joined(pieces: readonly string[]): string {
  return pieces.reduce(
    (text, piece) => (/\$[A-Z](?:\\\n)*$/.test(text) && /^\w/.test(piece) ? `${text}""${piece}` : text + piece),
    '',
  );
}

const words = fc.array(word, { maxLength: 4 }).map((list) => list.join(' '));

const bodyLine = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\$',
      '\\\\',
      '\\a',
      '\\"',
      '$A',
      '${B}',
      '${C:-x}',
      '\t',
      '{"k":1}',
      '\\\n',
      '$((N+1))',
      'é',
    ),
    { maxLength: 5 },
  )
  .map((pieces) => joined(pieces));
const body = fc.array(bodyLine, { maxLength: 3 }).map((lines) => lines.map((line) => `${line}\n`).join(''));
const delimiter = fc.constantFrom('EOF', "'EOF'", '"EOF"', '\\EOF');

const assignment = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(names, fc.constantFrom('=', '=', '+='), word).map((parts) => parts.join('')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(lists, fc.constantFrom('=', '+='), words)
      .map(([name, operator, list]) => `${name}${operator}(${list})`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(lists, fc.constantFrom('0', '1'), word)
      .map(([name, index, value]) => `${name}[${index}]=${value}`),
  },
  { weight: 1, arbitrary: number.map((value) => `N=$((${value}))`) },
  { weight: 1, arbitrary: fc.tuple(lists, fc.constantFrom('=', '+='), word).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(lists, words).map(([name, list]) => `declare -a ${name}=(${list})`) },
);

const simple: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: assignment },
  { weight: 6, arbitrary: words.map((list) => `show ${list}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.array(fc.tuple(names, fc.constant('='), word), { minLength: 1, maxLength: 2 }),
        fc.constantFrom('envshow', 'show $A "$B"'),
      )
      .map(([list, command]) => `${list.map((parts) => parts.join('')).join(' ')} ${command}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('export', 'declare -x', 'declare'), names, word)
      .map(([keyword, name, value]) => `${keyword} ${name}=${value}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('export', 'unset', 'export -n'), names).map((parts) => parts.join(' ')),
  },
  { weight: 1, arbitrary: fc.tuple(names, single).map(([name, value]) => `export "${name}"${`=`}${value}`) },
  { weight: 2, arbitrary: fc.constant('envshow') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('<<', '<<-'), delimiter, body)
      .map(([operator, end, text]) => `stdin ${operator}${end}\n${text}EOF`),
  },
  { weight: 1, arbitrary: word.map((text) => `stdin <<< ${text}`) },
  {
    weight: 2,
    arbitrary: fc.tuple(names, delimiter, body).map(([name, end, text]) => `${name}=$(cat <<${end}\n${text}EOF\n)`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, delimiter, body)
      .map(([name, end, text]) => `IFS= read -r -d '' ${name} <<${end}\n${text}EOF`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, delimiter, body)
      .map(([name, end, text]) => `read -r -d '' ${name} <<${end}\n${text}EOF`),
  },
  { weight: 1, arbitrary: fc.tuple(names, word).map(([name, text]) => `read -r ${name} <<< ${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(lists, fc.constantFrom('', 'IFS=, ', "IFS=': ' "), word)
      .map(([name, ifs, text]) => `${ifs}read -r -a ${name} <<< ${text}`),
  },
  { weight: 1, arbitrary: words.map((list) => `set -- ${list}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'shift',
      'set -a',
      'set +a',
      'IFS=,',
      'unset IFS',
      '((N++))',
      '((N = N * 2))',
      'let N=N+3',
    ),
  },
  { weight: 1, arbitrary: words.map((list) => `f ${list}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(names, word, words).map(([name, value, list]) => `${name}=${value} f ${list}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, fc.constantFrom('', 'x  y', "-- 'q r'", '; show'))
      .map(([name, text]) => `${name}="a b"; printf -v A %s "$${name}"; eval "show $A \${A} \\"$B\\"" "${text}"`),
  },
);

const condition = fc.oneof(
  fc
    .tuple(names, fc.constantFrom('=', '!=', '=='), plain)
    .map(([name, operator, text]) => `[ "$${name}" ${operator} "${text}" ]`),
  fc.tuple(fc.constantFrom('-z', '-n'), names).map(([operator, name]) => `[ ${operator} "$${name}" ]`),
  fc
    .tuple(names, fc.constantFrom('==', '!='), pattern)
    .map(([name, operator, text]) => `[[ $${name} ${operator} ${text} ]]`),
  fc.tuple(fc.constantFrom('-eq', '-lt', '-ge'), number).map(([operator, value]) => `[[ $N ${operator} ${value} ]]`),
  number.map((value) => `((N > ${value}))`),
);

function compound(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: inner },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition, inner, inner)
        .map(([test, one, other]) => `if ${test}; then\n${one}\nelse\n${other}\nfi`),
    },
    { weight: 1, arbitrary: fc.tuple(condition, inner).map(([test, one]) => `${test} && {\n${one}\n}`) },
    { weight: 1, arbitrary: fc.tuple(condition, inner).map(([test, one]) => `! ${test} || {\n${one}\n}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, pattern, inner, inner)
        .map(([name, text, one, other]) => `case $${name} in\n${text}) ${one}\n;;\n*) ${other}\n;;\nesac`),
    },
    { weight: 1, arbitrary: inner.map((one) => `(\n${one}\n)`) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([one, other]) => `{\n${one}\n${other}\n}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, word, inner)
        .map(([name, value, one]) => `g() {\nlocal ${name}=${value} x=1\n${one}\nshow "$@" $${name}\n}\ng a "b $A"`),
    },
    { weight: 1, arbitrary: inner.map((one) => `while true; do\n${one}\nbreak\ndone`) },
  );
}

/** Gives every command that prints a number, by which it is found again. */
function numbered(text: string): string {
  let count = 0;
  return text.replace(/\b(?:show|envshow|stdin)\b/g, (name) => `${name} ${++count}`);
}

/** Scripts whose every value can be known. */
export const script: fc.Arbitrary<string> = fc
  .array(compound(simple), { minLength: 2, maxLength: 9 })
  .map((lines) =>
    numbered(
      `N=5\nf() { show "$@"; }\n${lines.join('\n')}\nshow "$A" "$B" "$C" "$D" "\${L[@]}" "\${M[*]}" "$N" "$@"\nenvshow\n`,
    ),
  );
