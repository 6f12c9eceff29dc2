import type { ParameterInformation, SignatureHelp } from 'vscode-languageserver-protocol';
import type { Analysis } from '../analysis';
import { lookupEnv, shapeAt, type ValueForm, type Versions, valueForm } from '../knowledge';
import { plainText } from './plain-text';
import type { Form } from './signature-form';
import { formOfConfig, formOfFlag } from './signature-object';
import { type Target, targetAt } from './target';
import { versionsOf } from './versions';

/** What the client can show. */
export interface SignatureStyle {
  readonly markdown: boolean;
  /** Parts may be named by where they stand in the label. */
  readonly labelOffsets: boolean;
}

/** How the value at an offset is written, and which part of it the cursor is in: lists of UCX, and JSON objects. */
export function signatureHelp(analysis: Analysis, offset: number, style: SignatureStyle): SignatureHelp | undefined {
  const target = targetAt(analysis, offset);
  const form = formOfConfig(analysis, offset) ?? (target && (formOfVariable(target) ?? formOfFlag(target)));
  return form && toHelp(form, style);
}

function toHelp({ label, documentation, parts, active }: Form, style: SignatureStyle): SignatureHelp {
  const markup = (text: string) => ({
    kind: style.markdown ? ('markdown' as const) : ('plaintext' as const),
    value: style.markdown ? text : plainText(text),
  });
  const parameters = parts.map(
    (part): ParameterInformation => ({
      label: style.labelOffsets ? [part.start, part.start + part.label.length] : part.label,
      documentation: markup(part.documentation),
    }),
  );
  return {
    signatures: [{ label, ...(documentation && { documentation: markup(documentation) }), parameters }],
    activeSignature: 0,
    // Past the last one: none is active.
    activeParameter: active ?? parts.length,
  };
}

function formOfVariable(target: Target): Form | undefined {
  if (target.kind !== 'variable-value' || target.variable.value.kind === 'unknown') return undefined;
  const fact = lookupEnv(target.variable.name);
  const form = fact && valueForm(fact);
  if (!form) return undefined;
  const { text } = target.variable.value.source;
  return formOf(form, fact.name, text, target.at, versionsOf(target.engine));
}

function formOf(form: ValueForm, name: string, text: string, at: number, versions: Versions): Form {
  const shape = shapeAt(form, versions.ucx);
  const head = `${name}=`;
  let from = 0;
  const parts = shape.parts.map(({ label, about }) => {
    const found = shape.label.indexOf(label, from);
    from = found + label.length;
    return { label, start: head.length + found, documentation: about };
  });
  const labels = shape.parts.map(({ label }) => label);
  const active = activePart(labels, text, at);
  return { label: head + shape.label, documentation: form.description, parts, active };
}

/** Which part of a form the characters before an offset have come to. */
function activePart(labels: readonly string[], text: string, at: number): number | undefined {
  const index = (test: (label: string) => boolean) => {
    const found = labels.findIndex(test);
    return found < 0 ? undefined : found;
  };
  const before = text.slice(0, at);
  const item = before.slice(before.lastIndexOf(',') + 1);
  const word = index((label) => label === text.trim().toLowerCase());
  if (word !== undefined) return word;
  if (item === '^' || (at === 0 && text.startsWith('^'))) return index((label) => label === '[^]');
  if (item.includes(':')) return index((label) => label.startsWith('[:') || label === 'VALUE') ?? 0;
  if (item.includes('[')) return index((label) => label.includes('FROM-TO')) ?? 0;
  if (/^\d[\d.]*$/.test(item)) return index((label) => /^\[k|^\[m|^UNIT$/.test(label)) ?? 0;
  return index((label) => /^[A-Z]+$/.test(label)) ?? 0;
}
