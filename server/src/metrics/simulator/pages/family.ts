import type { Buckets } from '../counts';

export type LabelPairs = readonly (readonly [string, string])[];

/** A family of series as a program registers it: its name without what formats add. */
export interface Family {
  readonly name: string;
  /** `summary`: sum and count only. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly rows: readonly Row[];
  /** The process did not say how several of it add up: each shows its own, with its number. */
  readonly byProcess?: readonly number[];
}

/** One label set, the labels in the order of their registration. */
export interface Row {
  readonly labels: LabelPairs;
  readonly value: number | Buckets | { readonly sum: number; readonly count: number };
  /** When it was made, where that is kept: seconds since the epoch. */
  readonly created?: number;
}

/** Characters that would end a label value, escaped. */
export function escapeLabel(value: string): string {
  return value.replace(/[\\\n"]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

export function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The first sentence of what is known of a metric, as plain text. */
export function shortHelp(description: string): string {
  return description.split('. ')[0]!.replaceAll('`', '').replace(/\.$/, '');
}
