import {
  at,
  fitsPlain,
  isScalar,
  items,
  plainType,
  type ScalarNode,
  SourceText,
  type TreeNode,
  yaml11Type,
} from '../../syntax';
import type { ReadContext } from '../context';
import { parsedTrees } from '../parsed-trees';
import { type ValueAction, valueAction } from './value-action';

/** Finds what an action of a template stands for in the chart's values. */
type FindValue = (action: string) => { readonly value: ScalarNode; readonly action: ValueAction } | undefined;

/**
 * A template of a chart with the values of its `values.yaml` where nothing but a value stands: `{{ .Values.a.b }}`. They
 * lie in that file. What is empty there waits for whoever installs the chart, and stays unknown, as do what another file of
 * values says otherwise and all else that the template does.
 */
export function withChartValues(root: TreeNode, text: string, context: ReadContext): TreeNode {
  if (!text.includes('.Values.')) return root;
  const values = valuesOf(context);
  if (!values) return root;
  return fill(root, (written) => {
    const action = valueAction(written);
    const value = action && values(action.path);
    return action && value !== 'several' && isScalar(value) && isGiven(value, action) ? { value, action } : undefined;
  });
}

/** Finds the value that a path of keys means; `several` where nobody knows which of several. */
type Values = (path: readonly string[]) => TreeNode | 'several' | undefined;

/** The values of the chart that a template belongs to. */
function valuesOf(context: ReadContext): Values | undefined {
  const parts = context.name.split(/[/\\]/);
  const templates = parts.lastIndexOf('templates');
  if (templates < 0 || templates === parts.length - 1) return undefined;
  return valuesAt('../'.repeat(parts.length - 1 - templates), parts.slice(0, templates), context);
}

/**
 * The values of the chart in a folder. Those of the chart that holds it in its `charts` count before its own.
 * @param above the way to the folder
 * @param folder the names of it and of the folders around it
 */
function valuesAt(above: string, folder: readonly string[], context: ReadContext): Values | undefined {
  const { file } = context;
  if (!file(`${above}Chart.yaml`)) return undefined;
  const own = ownValues(above, context);
  const parent = folder.at(-2) === 'charts' ? valuesAt(`${above}../../`, folder.slice(0, -2), context) : undefined;
  if (!parent) return own;
  const called = namesIn(file(`${above}../../Chart.yaml`), folder.at(-1)!);
  return (path) => {
    if (path[0] === 'global') return parent(path) ?? own(path);
    const [key] = called;
    // A chart that is there twice under different names has several values.
    return called.length === 1 ? (parent([key!, ...path]) ?? own(path)) : 'several';
  };
}

/** Other values of a chart, for one place where it is installed: `values-prod.yaml`. */
const OTHER_VALUES = /^values[-._].+\.ya?ml$/;

/** Files of such values that are read. */
const MOST_OTHERS = 20;

/** What a chart's own files say: where one that lies beside its defaults says something else, either may count. */
function ownValues(above: string, { file, list }: ReadContext): Values {
  const treeOf = (name: string): TreeNode | undefined => {
    const source = file(above + name);
    return source && parsedTrees(source)[0];
  };
  const defaults = treeOf('values.yaml');
  const names = (list?.(above) ?? []).filter((name) => OTHER_VALUES.test(name)).slice(0, MOST_OTHERS);
  const others = names.flatMap((name) => treeOf(name) ?? []);
  return (path) => {
    const value = at(defaults, ...path);
    const text = isScalar(value) ? value.text.text : undefined;
    return others.some((one) => {
      const other = at(one, ...path);
      return other && (!isScalar(other) || other.text.text !== text);
    })
      ? 'several'
      : value;
  };
}

/** What a chart calls one of its own: by an alias, where it gives one. */
function namesIn(chart: SourceText | undefined, name: string): string[] {
  const known = items(at(chart && parsedTrees(chart)[0], 'dependencies')).filter((one) => textOf(one, 'name') === name);
  return known.length === 0 ? [name] : known.map((one) => textOf(one, 'alias') ?? name);
}

function textOf(node: TreeNode, key: string): string | undefined {
  const value = at(node, key);
  return isScalar(value) && value.type !== 'null' ? value.text.text : undefined;
}

/** Words that people write where somebody else has to put something. */
const PLACEHOLDER = /^<.*>$|^\.\.\.$|\b(?:REPLACE|CHANGE|YOUR|TODO|FIXME|EXAMPLE)(?:[-_ ]|\b)|^x{3,}$/i;

function isGiven(value: ScalarNode, { hasDefault, whole }: ValueAction): boolean {
  const { text } = value.text;
  if (value.type === 'null' || text === '' || !value.text.known || text.includes('\n') || text.includes('{{'))
    return false;
  // Templates take these for empty.
  if (hasDefault && (value.type === 'boolean' ? !value.value : value.type === 'number' && value.value === 0))
    return false;
  // Helm reads a boolean, and writes `true` or `false`.
  if (value.type === 'string' && value.yaml11) return false;
  if (whole && !/^-?\d+$/.test(text)) return false;
  return !PLACEHOLDER.test(text);
}

function fill(node: TreeNode, find: FindValue): TreeNode {
  switch (node.type) {
    case 'object': {
      const members = node.members.map((one) => {
        const value = fill(one.value, find);
        return value === one.value ? one : { ...one, value };
      });
      return members.some((one, index) => one !== node.members[index]) ? { ...node, members } : node;
    }
    case 'array': {
      const list = node.items.map((item) => fill(item, find));
      return list.some((item, index) => item !== node.items[index]) ? { ...node, items: list } : node;
    }
    case 'unknown':
      return node.reason.kind === 'template' ? wholeValue(node, find) : node;
    default:
      return node.text.known ? node : partsOf(node, find);
  }
}

/** A scalar that is nothing but an action, without quotes in the template. */
function wholeValue(node: TreeNode & { readonly type: 'unknown' }, find: FindValue): TreeNode {
  const found = find(node.reason.detail);
  if (!found) return node;
  const { value, action } = found;
  const { text } = value.text;
  const base = { place: value.place, notation: value.notation, via: node.place, text: value.text };
  if (action.quoted) return { ...base, type: 'string', value: text };
  // What is written without quotes is read as YAML once more.
  if (value.type === 'string' && !fitsPlain(text, node.notation === 'yaml-flow')) return node;
  switch (plainType(text)) {
    case 'number':
      return { ...base, type: 'number', value: Number(text) };
    case 'boolean':
      return { ...base, type: 'boolean', value: /^t/i.test(text) };
    case 'null':
      return node;
    default: {
      const yaml11 = yaml11Type(text);
      return { ...base, type: 'string', value: text, ...(yaml11 && { yaml11 }) };
    }
  }
}

/** A text with actions in it. */
function partsOf(node: ScalarNode, find: FindValue): TreeNode {
  const { text: source } = node;
  const parts: SourceText[] = [];
  let done = 0;
  for (const { start, end, reason } of source.holes()) {
    const found = reason.kind === 'template' ? find(reason.detail) : undefined;
    const mark = found?.action.quoted ?? '';
    if (!found || start < done || !fitsAround(node, mark + found.value.text.text + mark)) continue;
    const quote = mark === '' ? [] : [SourceText.root(mark)];
    if (start > done) parts.push(source.slice(done, start));
    parts.push(...quote, found.value.text, ...quote);
    done = end;
  }
  if (done === 0) return node;
  if (done < source.length) parts.push(source.slice(done));
  const joined = SourceText.joined(parts, source.place());
  return {
    place: node.place,
    notation: node.notation,
    via: node.via,
    type: 'string',
    value: joined.text,
    text: joined,
  };
}

/** May these characters stand in the scalar as it is quoted in the template? */
function fitsAround({ place, notation }: ScalarNode, text: string): boolean {
  switch (place.source.text[place.span.start]) {
    case '"':
      return !/["\\]/.test(text);
    case "'":
      return !text.includes("'");
    case '|':
    case '>':
      return true;
    default:
      return fitsPlain(`x${text}x`, notation === 'yaml-flow');
  }
}
