import type { Engine, Place } from '../model';
import type { Edit, Finding, Fix } from '../rules';
import { docsOf } from './docs';
import type { FileMap } from './file-map';
import { comparePlaces, type FileEdit, type FilePlace, type Problem, type ProblemFix } from './problem';
import type { RawFinding } from './run-rules';
import type { UsesOf } from './uses';

/**
 * Turns what rules say about decoded text into what a file shows: ranges, and edits written in every notation on the
 * way. `undefined` for a finding about text that stands in no file.
 */
export function placeFinding(
  { rule, finding, engine }: RawFinding,
  files: FileMap,
  usesOf: UsesOf = () => [],
): Problem | undefined {
  const place = files.locate(finding.place);
  return (
    place && {
      ...place,
      rule: rule.id,
      severity: finding.severity,
      message: finding.message,
      related: relatedPlaces([...(finding.related ?? []), ...usesOf(finding.place, engine)], files),
      fixes: (finding.fixes ?? []).flatMap((fix) => placeFix(fix, files)),
      docs: docsOf(rule.id),
      startsOn: startLines(finding.place, place, files),
      engine: engine && placeEngine(engine, files),
    }
  );
}

/** First lines of what a place stands in, apart from the file as a whole, where they lie above the place itself. */
function startLines({ source, span }: Place, { file, range }: FilePlace, files: FileMap): number[] {
  const starts = source.layers(span).flatMap((layer) => {
    if (layer.span.start === 0 && layer.span.end === layer.root.length) return [];
    const located = files.locateRoot(layer);
    return located?.file === file ? [located.range.start.line] : [];
  });
  return [...new Set(starts)].filter((line) => line < range.start.line);
}

export function placeEngine(engine: Engine, files: FileMap): (FilePlace & { readonly label: string }) | undefined {
  const place = files.locate(engine.place);
  return place && { ...place, label: engine.name === undefined ? 'another engine' : `\`${engine.name}\`` };
}

function relatedPlaces(related: NonNullable<Finding['related']>, files: FileMap): Problem['related'] {
  return related.flatMap(({ place, message }) => {
    const located = files.locate(place);
    return located ? [{ ...located, message }] : [];
  });
}

/** A fix is offered whole or not at all: none, or one. */
export function placeFix(fix: Fix, files: FileMap): ProblemFix[] {
  const edits = fix.edits.map((edit) => placeEdit(edit, files));
  if (edits.length === 0 || !edits.every((edit) => edit !== undefined) || overlap(edits)) return [];
  return [{ title: fix.title, safe: fix.safe, edits }];
}

function placeEdit({ place, newText }: Edit, files: FileMap): FileEdit | undefined {
  const edit = place.source.edit(place.span, newText);
  const located = edit && files.locateRoot(edit);
  return located && { ...located, newText: edit.newText };
}

function overlap(edits: readonly FileEdit[]): boolean {
  const sorted = [...edits].sort(comparePlaces);
  return sorted.some((edit, index) => {
    const before = sorted[index - 1];
    return before !== undefined && before.file === edit.file && before.end > edit.start;
  });
}
