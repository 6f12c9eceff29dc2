import { toValue, type Variable } from '../model';
import type { DotenvEntry, Place } from '../syntax';

/** The variables that a file of `NAME=value` lines sets. */
export function fromDotenv(
  entries: readonly DotenvEntry[],
  via: Variable['via'],
  passedAt?: Place | undefined,
): Variable[] {
  return entries.map(({ nameText, value, place }) => ({
    name: nameText.text,
    nameText,
    value: value
      ? toValue(value)
      : { kind: 'unknown', reason: { kind: 'host', detail: 'the shell that reads the file' }, place },
    via,
    passedAt,
  }));
}
