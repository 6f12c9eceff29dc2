import {
  type EnvFact,
  isRdmaPrefix,
  lookupTransport,
  lookupTransportAlias,
  netDeviceKind,
  shapeAt,
  ucxReading,
  type ValueForm,
  type Versions,
  valueForm,
} from '../knowledge';
import { code } from './card';
import { aliasText, transportText } from './fact-text';
import { type ListItem, listItemAt } from './list-item';

/** How a structured value is written, part by part, for the release. Markdown; empty where there is nothing to tell. */
export function formText(fact: EnvFact, versions: Versions): string {
  const form = valueForm(fact);
  return form ? shapeText(form, versions) : '';
}

function shapeText(form: ValueForm, versions: Versions): string {
  const { label, parts } = shapeAt(form, versions.ucx);
  const lines = parts.map((part) => `- ${code(part.label)} ${part.about}`);
  return `Written ${code(label)}. ${form.description}\n\n${lines.join('\n')}`;
}

/** What a value comes to: `Read as 64 KiB (65536 bytes).` */
export function readingText(fact: EnvFact, text: string): string {
  const reading = fact.owner === 'ucx' ? ucxReading(fact.type, text) : undefined;
  return reading === undefined ? '' : `Read as ${reading}.`;
}

/** What one item of a list is. */
export interface ItemText {
  readonly item: ListItem;
  readonly markdown: string;
}

/** The item of a list at an offset of its text; `undefined` where nothing is known about it alone. */
export function itemText(fact: EnvFact, text: string, at: number, versions: Versions): ItemText | undefined {
  const item = listItemAt(fact, text, at);
  if (!item || item.name === '') return undefined;
  const markdown = aboutItem(fact, item, text, versions);
  return markdown === undefined ? undefined : { item, markdown };
}

function aboutItem(fact: EnvFact, item: ListItem, text: string, versions: Versions): string | undefined {
  const written = text.slice(item.span.start, item.span.end);
  const denied = item.negated ? `\n\nDenied by the ${code('^')} in front of the list.` : '';
  switch (item.kind) {
    case 'transport': {
      if (written === 'all') return `**\`all\`** · every transport${item.others.length > 0 ? ', when alone' : ''}`;
      const alias = lookupTransportAlias(item.name);
      const transport = lookupTransport(item.name);
      const aux = written.endsWith(':aux') ? `\n\nWith ${code(':aux')}: only for setting connections up.` : '';
      if (written.startsWith('\\') && transport) return transportText(transport) + aux + denied;
      if (alias) return aliasText(alias, versions) + aux + denied;
      return transport && transportText(transport) + aux + denied;
    }
    case 'device':
      return deviceText(written) + denied;
    case 'word':
      return item.words.includes(item.name) ? `**\`${item.name}\`** · value of ${code(fact.name)}` : undefined;
    case 'pair': {
      if (!item.words.includes(item.name)) return undefined;
      const value = written.slice(item.name.length + 1);
      const reading = fact.valueType === undefined ? undefined : ucxReading(fact.valueType, value);
      return `**\`${item.name}\`** · key in ${code(fact.name)}${reading === undefined ? '' : ` · read as ${reading}`}`;
    }
  }
}

/** What a device is by its usual name; a host may call its devices as it likes. */
function deviceText(written: string): string {
  if (written === 'all') return '**`all`** · every network device';
  const colon = written.indexOf(':');
  const name = colon < 0 ? written : written.slice(0, colon);
  const port = colon < 0 ? '' : written.slice(colon + 1);
  const range = /^(.*)\[(\d+)-(\d+)\]$/.exec(name);
  const first = range ? `${range[1]}${range[2]}` : name;
  const kind = netDeviceKind(first);
  const count = range ? Number(range[3]) - Number(range[2]) + 1 : 1;
  const words =
    kind === 'rdma' || isRdmaPrefix(name)
      ? `RDMA device${count > 1 ? `s, ${count} of them` : ''}${port === '' ? '' : `, port ${port}`}`
      : kind === 'interface'
        ? 'network interface, for TCP'
        : 'device; its name does not tell which kind';
  return `**\`${written}\`** · ${words}`;
}
