import {
  connectorsOf,
  type Engine,
  extraMember,
  flagPlace,
  knownText,
  member,
  type Place,
  placeOf,
  type TreeNode,
} from '../model';
import type { FilePlace } from './problem';
import type { Analysis } from './session';

/** Something that a configuration sets: a variable, a flag, a key of the KV transfer configuration, or the image. */
export type Setting =
  | { readonly kind: 'variable' | 'flag'; readonly name: string }
  /** From the top of a connector's configuration: `['kv_role']`, `['kv_connector_extra_config', 'backends']`. */
  | { readonly kind: 'key'; readonly path: readonly string[] }
  | { readonly kind: 'image' };

/** Where a setting is written, and what it is there. */
export interface SetPlace extends FilePlace {
  /** `undefined` where it is not known before the engine runs, and for lists and objects. */
  readonly value: string | undefined;
}

interface Found {
  readonly place: Place;
  readonly value: string | undefined;
}

/**
 * Every place of a file, and of those that it refers to, where a setting of an engine is written.
 * @param engines those that count
 */
export function whereSet(
  analysis: Analysis,
  setting: Setting,
  engines: readonly Engine[] = analysis.deployment.engines,
): SetPlace[] {
  const places = new Map<string, SetPlace>();
  for (const engine of engines) {
    for (const { place, value } of settingOf(engine, setting)) {
      const located = analysis.files.locate(place);
      if (located) places.set(`${located.file}\0${located.start}\0${located.end}`, { ...located, value });
    }
  }
  return [...places.values()];
}

function settingOf(engine: Engine, setting: Setting): readonly Found[] {
  switch (setting.kind) {
    case 'variable':
      return variable(engine, setting.name);
    case 'flag':
      return flag(engine, setting.name);
    case 'key':
      return keys(engine, setting.path);
    default:
      return engine.image ? [{ place: placeOf(engine.image), value: knownText(engine.image) }] : [];
  }
}

function variable({ environment }: Engine, name: string): Found[] {
  const found = environment.get(name);
  if (!found) return [];
  const { value } = found;
  // An empty value has no characters to show.
  const shown = knownText(value) === '' ? found.nameText.place() : placeOf(value);
  return [{ place: shown, value: knownText(value) }];
}

function flag({ flags, kvTransfer }: Engine, name: string): Found[] {
  if (name === 'kv-transfer-config' && kvTransfer) return [{ place: kvTransfer.place, value: undefined }];
  const given = flags.all(name).map((one): Found => {
    return { place: one.value ? placeOf(one.value) : flagPlace(one), value: knownText(one.value) };
  });
  const [model] = flags.positionals;
  if (name === 'model' && model) given.push({ place: placeOf(model), value: knownText(model) });
  return given;
}

function keys({ kvTransfer }: Engine, [first = '', second]: readonly string[]): Found[] {
  return connectorsOf(kvTransfer).flatMap((connector) => {
    const found = second === undefined ? member(connector.node, first) : extraMember(connector, second);
    return found ? [{ place: found.value.place, value: scalarText(found.value) }] : [];
  });
}

function scalarText(node: TreeNode): string | undefined {
  const scalar = node.type === 'string' || node.type === 'number' || node.type === 'boolean';
  return scalar && node.text.known ? node.text.text : undefined;
}
