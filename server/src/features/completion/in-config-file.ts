import type { Analysis } from '../../analysis';
import { type EnvFact, lookupEnv, lookupNixlConfigKey, nixlConfigKeys, type Versions } from '../../knowledge';
import { ucxConditionLabels } from '../../model';
import { variableText } from '../fact-text';
import { listItemAt } from '../list-item';
import type { Offer } from './in-config';
import { itemNames } from './list-values';
import { MAX_ITEMS, type Name, variableNames, variableValues } from './names';
import { CURSOR } from './proposal';

interface Line {
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

/** Names and values in a ucx.conf or in NIXL's file, on a line that may still be unfinished. */
export function offerInConfigFile({ host, text }: Analysis, offset: number, versions: Versions): Offer | undefined {
  if (host !== 'ucx-config' && host !== 'nixl-config') return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = { offset, before: text.slice(start, offset), after: text.slice(offset, end < 0 ? text.length : end) };
  return host === 'ucx-config' ? inUcxConfig(line, versions) : inNixlConfig(line, text, versions);
}

function offer({ offset, after }: Line, typed: string, following: RegExp, names: readonly Named[]): Offer | undefined {
  if (names.length === 0) return undefined;
  const rest = following.exec(after)?.[0] ?? '';
  return {
    slot: { fileSpan: { start: offset - typed.length, end: offset + rest.length } },
    proposals: names.map(({ newText, ...name }) => ({ ...name, newText: newText ?? name.label })),
  };
}

type Named = Name & { readonly newText?: string };

function inUcxConfig(line: Line, versions: Versions): Offer | undefined {
  const name = /^([A-Z]\w*)?$/.exec(line.before);
  if (name) {
    const typed = name[1] ?? '';
    const suffix = /^\w*\s*[=:]/.test(line.after) ? '' : '=';
    const settings = typed === '' ? variableNames('UCX_', versions) : variableNames(typed, versions);
    const names = settings.filter(({ label }) => label.startsWith('UCX_'));
    const labels = ucxConditionLabels.filter((label) => label.startsWith(typed));
    const conditions = labels.map((label): Name => ({ label, kind: 'key', detail: 'for some machines only' }));
    const all = [...names.slice(0, MAX_ITEMS - conditions.length), ...conditions];
    return offer(
      line,
      typed,
      /^\w*/,
      all.map((one) => ({ ...one, newText: one.label + suffix })),
    );
  }
  const [, variable = '', typed = ''] = /^(UCX_\w+)\s*[=:]\s*([^;]*)$/.exec(line.before) ?? [];
  const fact = lookupEnv(variable);
  if (!fact) return undefined;
  const item = listItemAt(fact, typed, typed.length);
  if (!item) return offer(line, typed, /^[^\s;]*/, variableValues(fact, versions));
  return offer(line, typed.slice(item.span.start), /^[\w:\\]*/, itemNames(fact, item, versions, undefined));
}

function inNixlConfig(line: Line, text: string, versions: Versions): Offer | undefined {
  const name = /^\s*([A-Za-z]\w*)?$/.exec(line.before);
  if (name) {
    const typed = name[1] ?? '';
    const written = new Set([...text.matchAll(/^[^\S\n]*(\w+)[^\S\n]*=/gm)].map((match) => match[1]));
    const names = nixlConfigKeys(versions.nixl).filter((key) => key.startsWith(typed) && !written.has(key));
    return offer(
      line,
      typed,
      /^\w*/,
      names.map((key) => keyProposal(key, /^\w*\s*=/.test(line.after), versions)),
    );
  }
  const [, variable = '', quote = '', typed = ''] = /^\s*(\w+)\s*=\s*(["']?)([^"'#]*)$/.exec(line.before) ?? [];
  const key = lookupNixlConfigKey(variable);
  const fact = lookupEnv(variable);
  // A text without its quotes has begun as something else, and a number with some is none.
  if (!key || (key.type === 'string' ? quote === '' && typed !== '' : quote !== '')) return undefined;
  if (key.type === 'boolean') return offer(line, typed, /^\w*/, [word('true'), word('false')]);
  const values = fact ? variableValues(fact, versions) : [];
  const close = quote !== '' && line.after.includes(quote) ? '' : quote || '"';
  const texts = values.map((value) => ({ ...value, newText: `${quote === '' ? '"' : ''}${value.label}${close}` }));
  if (key.type === 'string') return offer(line, typed, /^[^"'#]*/, texts);
  return offer(
    line,
    typed,
    /^\w*/,
    values.filter(({ label }) => /^\d+$/.test(label)),
  );
}

function word(label: string): Name {
  return { label, kind: 'value' };
}

/** A key with its sign, and with the quotes that its value needs. */
function keyProposal(key: string, signed: boolean, versions: Versions): Named {
  const fact: EnvFact | undefined = lookupEnv(key);
  const type = lookupNixlConfigKey(key)!.type;
  const value = type === 'string' ? `"${CURSOR}"` : CURSOR;
  return {
    label: key,
    kind: 'variable',
    detail: type,
    ...(fact && { documentation: () => variableText(fact, versions) }),
    newText: signed ? key : `${key} = ${value}`,
  };
}
