import type { HereDoc } from 'unbash';
import { hereDocumentEncoder } from './encoders';
import { expandPart, type Frame } from './expand';
import { FieldBuilder } from './fields';
import { withoutTabs } from './idioms';
import { decodeQuoted } from './literal';
import { inDoubleQuotedValue, type Quoting, spanOf } from './quoting';
import type { ShellValue } from './value';

/** The body of a here-document. */
export function expandHereDocument(document: HereDoc, frame: Frame): ShellValue {
  const { body, delimiter, operator } = document;
  const expands = !(delimiter?.quoted ?? false);
  const encoder = hereDocumentEncoder(delimiter?.value ?? '', expands, operator === '<<-');
  const quoting: Quoting = { ...inDoubleQuotedValue, special: '$`\\', encoder, hereDocument: true };
  const builder = new FieldBuilder(frame.script, spanOf(body), '');
  builder.quoted(spanOf(body), encoder);
  const literal = { type: 'Literal', pos: body.pos, end: body.end, text: '', value: '' } as const;
  const strips = operator === '<<-';
  for (const part of (expands && body.parts) || [literal]) {
    if (part.type !== 'Literal') {
      expandPart(part, quoting, builder, frame);
      continue;
    }
    const { pos, end } = part;
    for (const run of strips ? withoutTabs(frame.script.text, part, expands) : [{ pos, end, lineEnd: false }]) {
      if (run.lineEnd) builder.escape(run.pos, run.end, '\n', encoder);
      else if (expands) decodeQuoted(frame.script, run.pos, run.end, quoting.special, encoder, builder);
      else if (run.end > run.pos) builder.verbatim(run.pos, run.end, encoder);
    }
  }
  builder.finish(true);
  return builder.fields[0]!;
}
