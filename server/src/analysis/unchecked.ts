import { isNixlConnector } from '../knowledge/connectors';
import {
  type ConnectorConfig,
  connectorName,
  connectorsOf,
  type Engine,
  extraMember,
  member,
  type Place,
  placeOf,
  type Reason,
  type TreeNode,
} from '../model';
import { inWords } from '../workspace';

/** A value that rules look at and could not see. */
export interface UnknownPart {
  readonly place: Place;
  readonly reason: string;
}

const OWN_VARIABLE = /^(?:VLLM_NIXL_|NIXL_|UCX_)/;

/** Keys whose value decides what most rules say. */
const DECISIVE_KEYS = ['kv_connector', 'kv_role', 'kv_connector_extra_config'];

/**
 * Sources that nearly every file has: an image, the shell that starts a script. To list them for every engine would
 * say nothing.
 */
const USUAL: ReadonlySet<Reason['kind']> = new Set<Reason['kind']>(['image', 'host']);

/** What the rules would have looked at in this engine and could not, for engines that have to do with NIXL. */
export function unknownParts(engine: Engine): UnknownPart[] {
  if (!concernsNixl(engine)) return [];
  return [...unknownConfig(engine), ...unknownVariables(engine), ...openParts(engine)];
}

/** A NIXL connector is configured, might be, or its variables are set. */
function concernsNixl(engine: Engine): boolean {
  const config = engine.kvTransfer;
  if (engine.environment.effective().some(({ name }) => name.startsWith('VLLM_NIXL_') || name.startsWith('NIXL_'))) {
    return true;
  }
  if (!config) return false;
  if (!config.root) return config.problems.length === 0;
  return connectorsOf(config).some((connector) => {
    const name = connectorName(connector);
    return name === undefined ? member(connector.node, 'kv_connector') !== undefined : isNixlConnector(name);
  });
}

/** That the whole value is not known, the readers say themselves. */
function unknownConfig({ kvTransfer }: Engine): UnknownPart[] {
  return connectorsOf(kvTransfer).flatMap(unknownMembers);
}

function unknownMembers(connector: ConnectorConfig): UnknownPart[] {
  const found = DECISIVE_KEYS.flatMap((key) => unknownNode(`\`${key}\``, member(connector.node, key)?.value));
  if (connector.node.open) found.push(part(connector.node.place, 'Whether more keys are given', connector.node.open));
  return [...found, ...unknownNode('`backends`', extraMember(connector, 'backends')?.value)];
}

function unknownNode(what: string, node: TreeNode | undefined): UnknownPart[] {
  if (!node) return [];
  if (node.type === 'unknown') return [part(node.place, what, node.reason)];
  if (node.type === 'object' || node.type === 'array') return node.open ? [part(node.place, what, node.open)] : [];
  const hole = node.text.holes()[0];
  return hole ? [part(node.place, what, hole.reason)] : [];
}

function unknownVariables({ environment }: Engine): UnknownPart[] {
  return environment.effective().flatMap(({ name, value }) => {
    // A pod's own address is what belongs there: it is not known, and it is right.
    if (!OWN_VARIABLE.test(name) || value.kind === 'known' || value.reason.kind === 'field') return [];
    return [part(placeOf(value), `\`${name}\``, value.reason)];
  });
}

/** What may be given beside what the file says: one entry for each reference, and one for all else that may do so. */
function openParts({ environment, flags, place }: Engine): UnknownPart[] {
  const subjects = new Map<string, { readonly place: Place; readonly what: string[] }>();
  for (const [what, reasons] of [
    ['flags', flags.open],
    ['variables', environment.open],
  ] as const) {
    // A reference that leads nowhere stands somewhere: each is told. Of the rest one says enough.
    const first = reasons.find((reason) => !reason.place && !USUAL.has(reason.kind));
    for (const reason of reasons.filter((one) => one.place || one === first)) {
      const words = inWords(reason);
      const subject = subjects.get(words) ?? { place: reason.place ?? place, what: [] };
      subject.what.push(what);
      subjects.set(words, subject);
    }
  }
  return [...subjects].map(([words, { place: at, what }]) => {
    return { place: at, reason: `more ${what.join(' and ')} may come: ${words}` };
  });
}

function part(place: Place, what: string, reason: Reason): UnknownPart {
  return { place, reason: `${what} is not known: ${inWords(reason)}` };
}
