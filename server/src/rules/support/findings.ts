import type { Place } from '../../model';
import type { Edit, Finding, Fix, Severity } from '../rule';

/** A finding with the fixes that could be worked out. */
export function finding(
  place: Place,
  severity: Severity,
  message: string,
  fixes: readonly (Fix | undefined)[] = [],
  related: Finding['related'] = [],
): Finding {
  const usable = fixes.filter((fix) => fix !== undefined);
  return {
    place,
    severity,
    message,
    ...(usable.length > 0 && { fixes: usable }),
    ...(related.length > 0 && { related }),
  };
}

/** A fix of these edits; `undefined` as soon as one of them cannot be written. */
export function fix(title: string, safe: boolean, ...edits: readonly (Edit | undefined)[]): Fix | undefined {
  const written = edits.filter((edit) => edit !== undefined);
  return written.length === edits.length && written.length > 0 ? { title, safe, edits: written } : undefined;
}
