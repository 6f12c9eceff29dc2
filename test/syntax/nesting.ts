import fc from 'fast-check';
import { parseDocument, Scalar, stringify } from 'yaml';
import {
  at,
  isScalar,
  parseDockerfile,
  parseDotenv,
  parseJson,
  parseUnitFile,
  parseYaml,
  SourceText,
  type TreeNode,
  toPlain,
  unitAssignments,
  unitCommands,
} from '../../server/src/syntax';

/** One notation: how a text is written in it, and how it is read again. */
export interface Layer {
  readonly name: string;
  /** The text in this notation, with other things around it; `undefined` when it can not be written so. */
  readonly write: (text: string) => string | undefined;
  readonly read: (parent: SourceText) => SourceText | undefined;
  /** All else that the notation says, to see that an edit leaves it alone. */
  readonly rest: (parent: SourceText) => unknown;
}

/** The texts of a nesting, outermost first; `undefined` when some layer can not hold what is inside. */
export function writeNested(layers: readonly Layer[], text: string): string | undefined {
  return layers.reduceRight<string | undefined>(
    (inner, layer) => (inner === undefined ? undefined : layer.write(inner)),
    text,
  );
}

/** Reads through all layers: the innermost text and all that stands beside it on the way. */
export function readNested(
  layers: readonly Layer[],
  file: string,
): { text: SourceText | undefined; root: SourceText; rest: unknown[] } {
  const root = SourceText.root(file);
  const rest: unknown[] = [];
  let text: SourceText | undefined = root;
  for (const layer of layers) {
    if (!text) break;
    rest.push(layer.rest(text));
    text = layer.read(text);
  }
  return { text, root, rest };
}

const yamlTypes = {
  plain: 'PLAIN',
  single: 'QUOTE_SINGLE',
  double: 'QUOTE_DOUBLE',
  literal: 'BLOCK_LITERAL',
  folded: 'BLOCK_FOLDED',
} as const;
export type YamlStyleName = keyof typeof yamlTypes;

/** A scalar of a style as the `yaml` package writes it, where it can. */
function yamlLayer(style: YamlStyleName, place: 'map' | 'list' | 'flow', crlf = false): Layer {
  const type = yamlTypes[style];
  const path = place === 'map' ? ['k'] : ['k', 1];
  const find = (parent: SourceText) => at(parseYaml(parent).root, ...path);
  return {
    name: `yaml ${style} in a ${place}${crlf ? ' with CRLF' : ''}`,
    write: (text) => {
      const scalar = new Scalar(text);
      scalar.type = type;
      const value = place === 'map' ? scalar : ['one', scalar, 'three'];
      const file = stringify(
        { a: 1, k: value, z: { y: [true, 'x'] } },
        { lineWidth: 0, ...(place === 'flow' ? { collectionStyle: 'flow' } : {}) },
      );
      const document = parseDocument(file);
      const written = document.getIn(path, true);
      if (document.errors.length > 0 || !(written instanceof Scalar) || written.type !== type || written.value !== text)
        return undefined;
      return crlf ? file.replaceAll('\n', '\r\n') : file;
    },
    read: (parent) => {
      const node = find(parent);
      return node && isScalar(node) ? node.text : undefined;
    },
    rest: (parent) => {
      const { root, problems } = parseYaml(parent);
      return [problems, without(root, find(parent)), find(parent)?.type];
    },
  };
}

function without(root: TreeNode | undefined, hidden: TreeNode | undefined): unknown {
  if (!root || root === hidden) return 'hidden';
  if (root.place.span.start === hidden?.place.span.start && root.type === hidden.type) return 'hidden';
  if (root.type === 'object') return root.members.map(({ key, value }) => [key, without(value, hidden)]);
  if (root.type === 'array') return root.items.map((item) => without(item, hidden));
  return toPlain(root);
}

const jsonLayer: Layer = {
  name: 'json string',
  write: (text) => `{"a": [1, "x"], "k": ${JSON.stringify(text)}, "z": {"k": null}}`,
  read: (parent) => {
    const node = at(parseJson(parent).root, 'k');
    return node?.type === 'string' ? node.text : undefined;
  },
  rest: (parent) => {
    const { root, problems } = parseJson(parent);
    return [problems.map(({ kind }) => kind), without(root, at(root, 'k'))];
  },
};

function dotenvLayer(
  name: string,
  dialect: 'dotenv' | 'docker' | 'systemd' | 'shell',
  write: (text: string) => string | undefined,
): Layer {
  const entries = (parent: SourceText) => parseDotenv(parent, dialect).entries;
  return {
    name,
    write: (text) => {
      const value = write(text);
      if (value === undefined) return undefined;
      const file = `# first\nA=1\nK=${value}\nZ=2\n`;
      if (parseDotenv(SourceText.root(file), dialect).problems.length > 0) return undefined;
      const read = entries(SourceText.root(file));
      return read.length === 3 && read[1]?.value?.text === text && read[1].value.known ? file : undefined;
    },
    read: (parent) => entries(parent).find(({ nameText }) => nameText.text === 'K')?.value,
    rest: (parent) => [
      parseDotenv(parent, dialect).problems.length,
      entries(parent).map(({ nameText, value }) => [nameText.text, nameText.text === 'K' ? '' : value?.text]),
    ],
  };
}

const quoteDouble = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`;

function dockerfileLayer(
  name: string,
  write: (text: string) => string | undefined,
  read: (parent: SourceText) => SourceText | undefined,
): Layer {
  const summary = (parent: SourceText) =>
    parseDockerfile(parent).map(({ keyword, pairs, exec }) => [
      keyword,
      pairs?.map(({ nameText }) => nameText.text),
      exec?.length,
    ]);
  return {
    name,
    write: (text) => {
      const line = write(text);
      const file = line === undefined ? undefined : `FROM vllm\n# why\n${line}\nENV Z=1 \\\n  Y=2\n`;
      return file !== undefined &&
        read(SourceText.root(file))?.text === text &&
        summary(SourceText.root(file)).length === 3
        ? file
        : undefined;
    },
    read,
    rest: summary,
  };
}

const instruction = (parent: SourceText) => parseDockerfile(parent)[1];

function unitLayer(
  name: string,
  write: (text: string) => string,
  read: (value: SourceText) => SourceText | undefined,
): Layer {
  const values = (parent: SourceText) => parseUnitFile(parent);
  const find = (parent: SourceText) => {
    const entry = values(parent).find(({ key }) => key === 'K');
    return entry && read(entry.value);
  };
  return {
    name,
    write: (text) => {
      const file = `[Unit]\nA=1\n[Service]\nK=${write(text)}\nZ=a \\\n  b\n`;
      return find(SourceText.root(file))?.text === text && values(SourceText.root(file)).length === 3
        ? file
        : undefined;
    },
    read: find,
    rest: (parent) => values(parent).map(({ section, key, value }) => [section, key, key === 'K' ? '' : value.text]),
  };
}

const unitDouble = (text: string) =>
  `"${text.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

const flagLayer: Layer = {
  name: 'behind --flag=',
  write: (text) => `--flag=${text}`,
  read: (parent) => (parent.text.startsWith('--flag=') ? parent.slice('--flag='.length) : undefined),
  rest: (parent) => parent.text.startsWith('--flag='),
};

/** Every notation but the shell's. */
export const baseLayers: readonly Layer[] = [
  yamlLayer('plain', 'map'),
  yamlLayer('plain', 'flow'),
  yamlLayer('single', 'list'),
  yamlLayer('single', 'flow'),
  yamlLayer('double', 'map'),
  yamlLayer('double', 'flow'),
  yamlLayer('literal', 'map'),
  yamlLayer('literal', 'list', true),
  yamlLayer('folded', 'map'),
  yamlLayer('folded', 'list', true),
  jsonLayer,
  flagLayer,
  dotenvLayer('dotenv, no quotes', 'dotenv', (text) => (/[\n\r]/.test(text) ? undefined : text)),
  dotenvLayer('dotenv, single quotes', 'dotenv', (text) => `'${text}'`),
  dotenvLayer('dotenv, double quotes', 'dotenv', (text) => quoteDouble(text).replaceAll('\\`', '`')),
  dotenvLayer('docker env file', 'docker', (text) => (/[\n\r]/.test(text) ? undefined : text)),
  dotenvLayer('systemd env file, no quotes', 'systemd', (text) => text.replace(/[\s"'\\]/g, '\\$&')),
  dotenvLayer('systemd env file, double quotes', 'systemd', quoteDouble),
  dotenvLayer('systemd env file, single quotes', 'systemd', (text) => `'${text}'`),
  dockerfileLayer(
    'dockerfile exec form',
    (text) => `CMD ["a", ${JSON.stringify(text)}, \\\n  "c"]`,
    (parent) => instruction(parent)?.exec?.[1],
  ),
  dockerfileLayer(
    'dockerfile shell form',
    (text) => (/\n/.test(text) ? undefined : `RUN ${text}`),
    (parent) => instruction(parent)?.text,
  ),
  dockerfileLayer(
    'dockerfile env in double quotes',
    (text) => (/\n/.test(text) ? undefined : `ENV A=1 K="${text.replace(/["\\$]/g, '\\$&')}" \\\n B=2`),
    (parent) => instruction(parent)?.pairs?.find(({ nameText }) => nameText.text === 'K')?.value,
  ),
  dockerfileLayer(
    'dockerfile env without quotes',
    (text) => (/\n/.test(text) ? undefined : `ENV A=1 K=${text.replace(/[\s"'\\$]/g, '\\$&')} B=2`),
    (parent) => instruction(parent)?.pairs?.find(({ nameText }) => nameText.text === 'K')?.value,
  ),
  unitLayer(
    'unit environment',
    (text) => `A=1 ${unitDouble(`B=${text}`)} C=3`,
    (value) => unitAssignments(value)[1]?.value,
  ),
  unitLayer(
    'unit command',
    (text) => `-/bin/x ${unitDouble(text.replaceAll('$', '$$$$'))} y`,
    (value) => unitCommands(value)[0]?.[1],
  ),
];

/** Texts with all that the notations have words for. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('a', 'vllm', '1', '--kv', 'true', 'é', '日', '😀') },
      { weight: 4, arbitrary: fc.constantFrom(' ', '  ', ':', '=', ',', '#', ' #', ': ', '-', '.', '/') },
      {
        weight: 4,
        arbitrary: fc.constantFrom('"', "'", '\\', '{', '}', '[', ']', '$', '`', '%', '&', '*', '!', '|', '>', ';'),
      },
      { weight: 1, arbitrary: fc.constantFrom('\n', '\n\n', '\t', '\n  ', '\u00a0', '\u2028', '\x07') },
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

export interface EditOutcome {
  /** The nesting could not be written: nothing was tried. */
  readonly written: boolean;
  readonly edited: boolean;
}

/**
 * Writes `text` through all layers, replaces a part of it and reads the file again: the part is replaced and nothing
 * else has changed, or the edit was refused. Throws when something is wrong.
 */
export function checkEdit(
  layers: readonly Layer[],
  text: string,
  from: number,
  to: number,
  replacement: string,
): EditOutcome {
  const file = writeNested(layers, text);
  if (file === undefined) return { written: false, edited: false };
  const before = readNested(layers, file);
  const fail = (why: string, more: object) =>
    new Error(
      `${why}: ${JSON.stringify({ layers: layers.map(({ name }) => name), file, text, from, to, replacement, ...more })}`,
    );
  if (before.text?.text !== text) throw fail('read otherwise than written', { read: before.text?.text });
  const start = Math.min(from, to, text.length);
  const end = Math.min(Math.max(from, to), text.length);
  const edit = before.text.edit({ start, end }, replacement);
  if (!edit) return { written: true, edited: false };
  if (edit.root !== before.root) throw fail('an edit of another text', {});
  const changed = file.slice(0, edit.span.start) + edit.newText + file.slice(edit.span.end);
  const after = readNested(layers, changed);
  const wanted = text.slice(0, start) + replacement + text.slice(end);
  if (after.text?.text !== wanted) throw fail('another text than meant', { changed, read: after.text?.text, wanted });
  if (after.text.known !== before.text.known) throw fail('known text has become unknown', { changed });
  if (JSON.stringify(after.rest) !== JSON.stringify(before.rest)) {
    throw fail('something else has changed', { changed, before: before.rest, after: after.rest });
  }
  return { written: true, edited: true };
}
