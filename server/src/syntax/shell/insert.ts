import type { Reason } from '../source-text';
import type { FieldBuilder } from './fields';
import type { PartSpan, Quoting } from './quoting';
import type { State } from './state';
import type { ShellList, ShellValue } from './value';

/** Puts a value in the place of an expansion. */
export function insertValue(value: ShellValue, part: PartSpan, quoting: Quoting, builder: FieldBuilder): void {
  if (quoting.splits) builder.split(value, part.pos, part.end);
  else builder.value(value, part.pos, part.end);
}

/** Puts `"$@"`, `$*`, `${A[@]}` and their like in their place. */
export function insertList(
  list: ShellList,
  joined: boolean,
  part: PartSpan,
  quoting: Quoting,
  builder: FieldBuilder,
  state: State,
): void {
  if (list.open) builder.open ??= list.open;
  const asFields = quoting.splits || (quoting.fields && quoting.quoted && !joined);
  const separator = joined ? separators(state).slice(0, 1) : ' ';
  list.items.forEach((item, index) => {
    if (index > 0 && asFields) builder.finish(!quoting.splits);
    else if (index > 0) builder.between(part.pos, part.end, separator);
    if (quoting.quoted) builder.quoted({ start: part.pos, end: part.end }, quoting.encoder);
    insertValue(item, part, quoting, builder);
  });
  if (list.open && list.items.every(({ known }) => known)) {
    if (list.items.length > 0 && asFields) builder.finish(true);
    builder.hole(part.pos, part.end, list.open);
  }
}

/** Without quotes, what is unknown may become no field, or several. */
export function unknownPart(part: PartSpan, reason: Reason, quoting: Quoting, builder: FieldBuilder): void {
  builder.hole(part.pos, part.end, reason);
  if (quoting.splits) builder.open ??= reason;
}

/** The characters that split unquoted values: `IFS` if the script sets it. */
export function separators(state: State): string {
  const found = state.find('IFS');
  return found.kind === 'value' && found.value.known ? found.value.text : ' \t\n';
}
