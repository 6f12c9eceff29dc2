import { isSameBeside } from './beside';
import type { AnalysisOptions } from './options';
import { isNotRead, isSameAnswer } from './read-slices';
import type { Analysis } from './session';

/**
 * How an analysis stands to what it asked other files for.
 *
 * - `true`: all of it is as it was, so that it would come out the same.
 * - `waiting`: something is not read yet, and is after the next `load()`.
 * - `changed`: something is there that was not, or says something else.
 */
export type Standing = 'true' | 'waiting' | 'changed';

export function standingOf(analysis: Analysis, { file, object, beside }: AnalysisOptions): Standing {
  const around = analysis.beside && beside?.();
  if (around?.waiting) return 'waiting';
  let waiting = false;
  let changed = around !== undefined && !isSameBeside(analysis.beside!, around);
  for (const [path, known] of analysis.references) if (file?.(path) !== known) changed = true;
  for (const { kind, name, namespace, own, answer } of analysis.objects) {
    const now = own ? undefined : object?.(kind, name, namespace);
    if (now && isNotRead(now)) waiting = true;
    else if (now && !isSameAnswer(now, answer)) changed = true;
  }
  return waiting ? 'waiting' : changed ? 'changed' : 'true';
}

/** True when an analysis would come out the same, and nothing that it asked for is missing. */
export function isStillTrue(analysis: Analysis, options: AnalysisOptions): boolean {
  return standingOf(analysis, options) === 'true';
}
