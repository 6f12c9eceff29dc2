import table from '../../../schemas/value-forms.json';
import type { EnvFact } from './env-fact';
import { boundsOf, type Confidence, type FactRow, type Source } from './fact';
import { lazy } from './lazy';
import { readSource } from './source';
import { type At, type Bounds, valuesAt } from './version';

/** A part of a structured value, as its form writes it. */
export interface FormPart {
  readonly label: string;
  readonly about: string;
}

/** How a value is written, in one line. */
export interface Shape {
  readonly label: string;
  readonly parts: readonly FormPart[];
}

/** The form of a structured value: `[^]NAME[:aux],… | all`. */
export interface ValueForm {
  readonly id: string;
  readonly description: string;
  /** Usually one; several where releases differ. */
  readonly shapes: readonly (Shape & Bounds)[];
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

interface Row extends FactRow {
  readonly types?: readonly string[];
  readonly variables?: readonly string[];
  readonly shapes: ValueForm['shapes'];
}

const forms = lazy(() => {
  const byVariable = new Map<string, ValueForm>();
  const byType = new Map<string, ValueForm>();
  for (const [id, row] of Object.entries(table.forms as unknown as Readonly<Record<string, Row>>)) {
    const form: ValueForm = {
      id,
      description: row.description ?? '',
      shapes: row.shapes,
      sources: (row.sources ?? []).map(readSource),
      confidence: row.confidence ?? 'source',
    };
    for (const name of row.variables ?? []) byVariable.set(name, form);
    for (const type of row.types ?? []) byType.set(type, form);
  }
  return { byVariable, byType };
});

/** The form of a variable's value; `undefined` where there is nothing to tell beyond its type. */
export function valueForm(fact: EnvFact): ValueForm | undefined {
  const { byVariable, byType } = forms();
  return byVariable.get(fact.name) ?? (fact.owner === 'ucx' ? byType.get(fact.type) : undefined);
}

/** The shape of this release; of the newest where it is not known. */
export function shapeAt({ shapes }: ValueForm, ucx: At): Shape {
  const possible = valuesAt(
    shapes.map((shape) => ({ ...boundsOf(shape), value: shape })),
    'ucx',
    ucx,
  );
  return possible.at(-1) ?? shapes.at(-1)!;
}
