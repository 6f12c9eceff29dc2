import { type Deployment, type Engine, type Place, type Reason, toPlain, type Value } from '../../server/src/model';
import { type Assumed, detectHost, type HostKind, readDocument } from '../../server/src/readers';
import { readDirectives, SourceText, splitYamlDocuments } from '../../server/src/syntax';

export interface Options {
  readonly assume?: Assumed;
  /** Other files, by the path as it is written in this one. */
  readonly files?: Readonly<Record<string, string>>;
  readonly host?: HostKind;
  readonly languageId?: string;
}

/** Reads a file as the analysis does: host by name and content, YAML by documents. */
export function read(name: string, text: string, options: Options = {}): Deployment {
  const host = options.host ?? detectHost(name, text, options.languageId);
  if (host === undefined) throw new Error(`no host for ${name}`);
  const yaml = ['kubernetes', 'compose', 'vllm-config', 'yaml'].includes(host);
  const spans = yaml ? splitYamlDocuments(text) : [{ start: 0, end: text.length }];
  const files = new Map(Object.entries(options.files ?? {}).map(([path, content]) => [path, SourceText.root(content)]));
  return readDocument(
    host,
    spans.map(({ start, end }) => SourceText.root(text.slice(start, end))),
    {
      name,
      assumptions: options.assume ?? {},
      directives: readDirectives(text),
      file: (path) => files.get(path),
    },
  );
}

/** The only engine of a file. */
export function readOne(name: string, text: string, options: Options = {}): Engine {
  const { engines } = read(name, text, options);
  if (engines.length !== 1) throw new Error(`${engines.length} engines in ${name}`);
  return engines[0]!;
}

/** The characters of the file that a place covers. */
export function covered({ source, span }: Place): string {
  const { root, span: range } = source.locate(span);
  return root.text.slice(range.start, range.end);
}

/** A value in one line: its text, with unknown parts as `‹kind detail›`. */
export function shown(value: Value | undefined): string {
  if (!value) return '–';
  if (value.kind === 'unknown') return `‹${reason(value.reason)}›`;
  let text = '';
  let done = 0;
  for (const hole of value.source.holes()) {
    text += `${value.source.text.slice(done, hole.start)}‹${reason(hole.reason)}›`;
    done = hole.end;
  }
  return text + value.source.text.slice(done);
}

export function reason({ kind, detail }: Reason): string {
  return `${kind} ${detail}`;
}

/** The flags of an engine, each in one line: `port 8000`, `config.a.b x`, `no-enable-x`. */
export function flagLines({ flags }: Engine): string[] {
  return flags.list.map((flag) => {
    const name = [flag.negated ? `no-${flag.name}` : flag.name, ...flag.path].join('.') + (flag.append ? '+' : '');
    const values = flag.tree ? [JSON.stringify(toPlain(flag.tree))] : flag.values.map(shown);
    return [name, ...values].join(' ') + (flag.fromConfigFile ? ' (file)' : '');
  });
}

/** The variables that count: `{NAME: 'value'}`. */
export function environmentOf({ environment }: Engine): Record<string, string> {
  return Object.fromEntries(environment.effective().map(({ name, value }) => [name, shown(value)]));
}

export function openOf({ environment, flags }: Engine): { environment: string[]; flags: string[] } {
  return { environment: environment.open.map(reason), flags: flags.open.map(reason) };
}

/** The kv-transfer-config as a JSON reader would give it. */
export function plainConfig({ kvTransfer }: Engine): unknown {
  return kvTransfer?.root && toPlain(kvTransfer.root);
}

/**
 * Everything that an engine says, where it was written: flags and their values, names and values of variables. Every
 * known text that is not written with escapes must stand in the file as it is.
 */
export function misplaced(engine: Engine): string[] {
  const wrong: string[] = [];
  const check = (what: string, place: Place, text: string) => {
    const found = covered(place);
    if (found !== text) wrong.push(`${what}: ${text} at ${found}`);
  };
  for (const flag of engine.flags.list) {
    check('flag', flag.text.place(), flag.text.text);
    for (const value of flag.values) if (value.kind === 'known') check('value', value.source.place(), value.text);
  }
  for (const { nameText, value } of engine.environment.variables) {
    check('name', nameText.place(), nameText.text);
    if (value.kind === 'known') check('value', value.source.place(), value.text);
  }
  return wrong;
}
