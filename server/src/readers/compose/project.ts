import { type Member, member, type ObjectNode, type TreeNode } from '../../syntax';
import type { ReadContext } from '../context';
import { parsedTrees } from '../parsed-trees';

/** The names that Compose looks for, the first one found counts; and those of what it puts over it without being told. */
const BASES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** A service as all files of a project together make it. */
export interface MergedService {
  readonly node: ObjectNode;
  /** As each file says it, the one that counts less first. */
  readonly layers: readonly ObjectNode[];
}

/** The file itself with the one that Compose puts over it, or under it: the one that counts less first. */
export function projectOf(root: TreeNode, context: ReadContext): readonly TreeNode[] {
  const name = context.name.slice(Math.max(context.name.lastIndexOf('/'), context.name.lastIndexOf('\\')) + 1);
  const isBase = BASES.includes(name);
  const own = isBase ? BASES : OVERRIDES;
  // Another one beside it wins: this one takes part in nothing unless somebody names it.
  if (!own.includes(name) || own.slice(0, own.indexOf(name)).some((earlier) => context.file(earlier))) return [root];
  for (const candidate of isBase ? OVERRIDES : BASES) {
    const source = context.file(candidate);
    if (!source) continue;
    const [other] = parsedTrees(source);
    return !other ? [root] : isBase ? [root, other] : [other, root];
  }
  return [root];
}

/** The services of a project by their names (`override/merge.go` of compose-go). */
export function servicesOf(project: readonly TreeNode[]): {
  readonly all: ObjectNode;
  of(name: string): MergedService;
} {
  const layers = project.flatMap((tree) => {
    const services = member(tree, 'services')?.value;
    return services?.type === 'object' ? [services] : [];
  });
  const merged = layers.reduce<TreeNode | undefined>((below, over) => (below ? merge(below, over) : over), undefined);
  const all = merged?.type === 'object' ? merged : undefined;
  return {
    all: all ?? { type: 'object', place: project[0]!.place, notation: 'yaml-block', members: [] },
    of: (name) => ({
      node: member(all, name)!.value as ObjectNode,
      layers: layersOf(layers.flatMap((services) => member(services, name)?.value ?? [])),
    }),
  };
}

/** What each file says, without what a later one takes back. */
function layersOf(all: readonly TreeNode[]): ObjectNode[] {
  return all.flatMap((own, index) => {
    if (own.type !== 'object') return [];
    const later = all.slice(index + 1);
    const counts = (one: Member) =>
      tagOf(one) !== 'reset' && !later.some((over) => tagOf(member(over, one.key)) !== undefined);
    return { ...own, members: own.members.filter(counts) };
  });
}

/** `!reset` takes a value of the file below away, `!override` takes its place. */
function tagOf(one: Member | undefined): 'reset' | 'override' | undefined {
  switch (one?.value.tag) {
    case '!reset':
      return 'reset';
    case '!override':
      return 'override';
    default:
      return undefined;
  }
}

/** Lists that are replaced; all others grow. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);

function merge(below: TreeNode, over: TreeNode, key = ''): TreeNode {
  if (REPLACED.has(key)) return over;
  if (over.type === 'null') return below;
  if (below.type === 'object' && over.type === 'object') {
    const members = below.members.flatMap((one) => {
      const other = member(over, one.key);
      const tag = other && tagOf(other);
      if (!other) return one;
      if (tag === 'reset') return [];
      return { ...one, value: tag ? other.value : merge(one.value, other.value, one.key) };
    });
    const added = over.members.filter((one) => !member(below, one.key) && !tagOf(one));
    const open = over.open ?? below.open;
    return { ...below, members: [...members, ...added], ...(open && { open }) };
  }
  if (below.type === 'array' && over.type === 'array') {
    const open = over.open ?? below.open;
    return { ...below, items: [...below.items, ...over.items], ...(open && { open }) };
  }
  return over;
}
