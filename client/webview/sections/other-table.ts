import type { OtherMetric } from '../../../protocol/metrics';
import { LiveText, make, show } from '../dom';
import { amount } from '../format';
import { Table } from './table';

const CAP = 20;

/** Metrics of NIXL that have no place of their own, as they are. */
export class OtherTable {
  readonly element = make('details', { class: 'others' });
  readonly #summary = new LiveText(make('summary'));
  readonly #table = new Table<OtherMetric>(
    'Other metrics of NIXL',
    [
      { id: 'name', title: 'Metric', text: ({ name }) => name, order: ({ name }) => name },
      { id: 'endpoint', title: 'Endpoint', text: ({ endpoint }) => endpoint, order: ({ endpoint }) => endpoint },
      { id: 'labels', title: 'Labels', text: ({ labels }) => words(labels) },
      { id: 'value', title: 'Value', number: true, text: ({ value }) => amount(value), order: ({ value }) => value },
    ],
    CAP,
  );

  constructor() {
    this.element.append(this.#summary.element, this.#table.element);
  }

  update(others: readonly OtherMetric[]): void {
    show(this.element, others.length > 0);
    this.#summary.set(`Other metrics of NIXL (${others.length})`);
    if (!this.element.open) return;
    this.#table.update(others.map((other) => [`${other.endpoint} ${other.name} ${words(other.labels)}`, other]));
  }
}

function words(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');
}
