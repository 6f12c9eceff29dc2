import { getLocation } from 'jsonc-parser';
import type { Analysis } from '../analysis';
import { extraKeys, flagKeys, inRange, kvFields, type Range, type Versions } from '../knowledge';
import { connectorName, connectorsOf, type Engine } from '../model';
import { decodedOffset } from './covers';
import { extraKeyText, fieldText, flagKeyText } from './fact-text';
import type { Form, FormPart } from './signature-form';
import type { Target } from './target';
import { versionsOf } from './versions';

/** A key as an object's form names it. */
interface Key {
  readonly name: string;
  readonly type: string;
  readonly range: Range;
  readonly rank: number;
  text(versions: Versions): string;
}

/** In the JSON object of an option whose keys are known. */
export function formOfFlag(target: Target): Form | undefined {
  if (target.kind !== 'flag-value' || target.value.kind === 'unknown' || target.flag.path.length > 0) return undefined;
  const { name } = target.flag;
  const keys = flagKeys(name)
    .filter(({ hidden }) => !hidden)
    .map(
      (key): Key => ({
        name: key.name,
        type: key.nullable ? `${key.type} or null` : key.type,
        range: key.range,
        rank: key.important ? 0 : 1,
        text: (versions) => flagKeyText(key, versions),
      }),
    );
  return objectForm(`--${name}`, keys, target.value.source.text, target.at, [], versionsOf(target.engine));
}

const EXTRA = 'kv_connector_extra_config';

/** In a kv-transfer-config: the object that the cursor is in, that of the connector or its extra configuration. */
export function formOfConfig(analysis: Analysis, offset: number): Form | undefined {
  for (const engine of analysis.deployment.engines) {
    const source = configText(engine);
    const at = source && decodedOffset(analysis, source, offset);
    if (!source || at === undefined) continue;
    const { path } = getLocation(source.text, at);
    const extra = path.lastIndexOf(EXTRA);
    const versions = versionsOf(engine);
    if (extra >= 0 && path.length > extra + 1 && path[extra + 1] !== 'connectors') {
      const connector = connectorsOf(engine.kvTransfer).find(
        ({ path: own }) => JSON.stringify(own) === JSON.stringify(path.slice(0, extra)),
      );
      const name = connector && connectorName(connector);
      if (!name) return undefined;
      return objectForm(`${name} ${EXTRA}`, extraKeysOf(name), source.text, at, path.slice(0, extra + 1), versions);
    }
    const own = ownPath(path);
    return objectForm('--kv-transfer-config', fields(), source.text, at, own, versions);
  }
  return undefined;
}

/** The way to the innermost connector object. */
function ownPath(path: readonly (string | number)[]): readonly (string | number)[] {
  const list = path.lastIndexOf('connectors');
  return list > 0 && path[list - 1] === EXTRA && typeof path[list + 1] === 'number' ? path.slice(0, list + 2) : [];
}

function configText({ kvTransfer }: Engine) {
  if (kvTransfer?.form !== 'json' && kvTransfer?.form !== 'file') return undefined;
  const { source, span } = kvTransfer.place;
  return source.slice(span.start, span.end);
}

function fields(): Key[] {
  return kvFields().map((field, index) => ({
    name: field.name,
    type: field.values ? field.values.join(' | ') : field.type,
    range: field.range,
    rank: index < SHOWN ? 0 : 1,
    text: (versions) => fieldText(field, versions),
  }));
}

function extraKeysOf(connector: string): Key[] {
  return extraKeys(connector).map((key, index) => ({
    name: key.name,
    type: key.type,
    range: key.range,
    rank: index < SHOWN ? 0 : 1,
    text: (versions) => extraKeyText(key, versions),
  }));
}

/** So many keys are named; all of them would hide the one that is being written. */
const SHOWN = 5;

function objectForm(
  head: string,
  keys: readonly Key[],
  text: string,
  at: number,
  own: readonly (string | number)[],
  versions: Versions,
): Form | undefined {
  if (keys.length === 0) return undefined;
  const { path } = getLocation(text, at);
  const current = path[own.length];
  const there = keys.filter(({ name, range }) => name === current || inRange([range], versions) !== 'no');
  const shown = there.filter(({ name, rank }) => rank === 0 || name === current).slice(0, SHOWN + 1);
  let label = `${head} {`;
  const parts = shown.map((key, index): FormPart => {
    if (index > 0) label += ', ';
    const start = label.length;
    const written = `"${key.name}": ${key.type}`;
    label += written;
    return { label: written, start, documentation: key.text(versions) };
  });
  label += shown.length < there.length ? ', …}' : '}';
  const active = shown.findIndex(({ name }) => name === current);
  return { label, documentation: '', parts, active: active < 0 ? undefined : active };
}
