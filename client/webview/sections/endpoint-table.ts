import type { EndpointRow } from '../../../protocol/metrics';
import { make, show } from '../dom';
import { ago, bytes, count, milliseconds, NONE, span } from '../format';
import { STATE_WORDS } from '../health';
import { type Column, Table } from './table';

const CAP = 16;

interface Row extends EndpointRow {
  readonly now: number;
}

const MARKS: Record<EndpointRow['state'], string> = {
  ok: '✓',
  stale: '◷',
  down: '✕',
  refused: '⊘',
  'no-nixl': '?',
  disabled: '?',
};

const COLUMNS: readonly Column<Row>[] = [
  { id: 'label', title: 'Endpoint', text: ({ label }) => label, hint: ({ url }) => url, order: ({ label }) => label },
  {
    id: 'state',
    title: 'State',
    text: ({ state }) => `${MARKS[state]} ${STATE_WORDS[state]}`,
    state: ({ state }) => state,
    order: ({ state }) => state,
  },
  {
    id: 'page',
    title: 'Last page',
    text: ({ lastPageAt, now }) => ago(lastPageAt, now),
    order: ({ lastPageAt }) => lastPageAt,
  },
  {
    id: 'latency',
    title: 'Answered in',
    number: true,
    text: ({ latencyMs }) => milliseconds(latencyMs),
    order: ({ latencyMs }) => latencyMs,
  },
  { id: 'size', title: 'Size', number: true, text: ({ bytes: size }) => bytes(size), order: ({ bytes: size }) => size },
  {
    id: 'engines',
    title: 'Engines',
    number: true,
    text: ({ engines }) => count(engines),
    order: ({ engines }) => engines,
  },
  { id: 'problem', title: 'Problem', text: ({ problem }) => problem ?? NONE, hint: ({ problem }) => problem ?? '' },
  {
    id: 'next',
    title: 'Next try',
    text: ({ nextAt, now }) => (nextAt === null ? NONE : nextAt <= now ? 'now' : `in ${span(nextAt - now)}`),
  },
];

/** Who is asked, and what became of it. */
export class EndpointTable {
  readonly element = make('section', { class: 'endpoints' }, make('h3', { text: 'Endpoints' }));
  readonly #table = new Table<Row>('Endpoints, their last answers and errors', COLUMNS, CAP);

  constructor() {
    this.element.append(this.#table.element);
  }

  update(endpoints: readonly EndpointRow[], now: number): void {
    this.#table.update(endpoints.map((row) => [row.label, { ...row, now }]));
    show(this.element, endpoints.length > 0);
  }
}
