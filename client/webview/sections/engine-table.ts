import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { EngineRow } from '../../../protocol/metrics';
import { make, mark, show } from '../dom';
import { band, count, milliseconds, NONE, percent, rate } from '../format';
import type { Host } from '../host';
import { type Column, Table } from './table';

const CAP = 12;

const ROLE_FROM: Record<NonNullable<EngineRow['roleFrom']>, string> = {
  configuration: 'The configuration says so.',
  labels: 'Its labels or the name of its pod say so.',
  behaviour: 'It behaves so: nothing else says it.',
};

const COLUMNS: readonly Column<EngineRow>[] = [
  {
    id: 'engine',
    title: 'Engine',
    text: ({ endpoint, engine }) => `${endpoint} · ${engine}`,
    hint: ({ asleep, restarts }) =>
      [asleep && 'asleep', restarts && `started anew ${restarts} times`].filter(Boolean).join(', '),
    order: ({ endpoint, engine }) => `${endpoint} ${engine.padStart(6, '0')}`,
  },
  { id: 'model', title: 'Model', text: ({ model }) => model ?? NONE, order: ({ model }) => model },
  {
    id: 'role',
    title: 'Role',
    text: ({ role, asleep }) => `${role ?? 'unknown'}${asleep ? ', asleep' : ''}`,
    hint: ({ roleFrom }) => (roleFrom ? ROLE_FROM[roleFrom] : ''),
    order: ({ role }) => role,
  },
  number(
    'transfers',
    'Transfers',
    ({ window }) => window.transfers,
    count,
    'In the window. Counted on decode, with the push connector on prefill.',
  ),
  number('mean', 'Mean', ({ window }) => window.avgTransferMs, milliseconds, 'Mean transfer time.'),
  {
    id: 'p90',
    title: 'P90',
    number: true,
    help: 'As exact as its bucket.',
    text: ({ window }) => band(window.p90TransferMs),
    order: ({ window }) => window.p90TransferMs?.gt ?? null,
  },
  number('load', 'Link load', ({ window }) => window.linkLoadMBps, rate, 'MB is 2^20 bytes.'),
  number('failed', 'Failed', ({ window }) => window.failedTransfers, count),
  number('expired', 'Expired', ({ window }) => window.kvExpired, count),
  number('running', 'Running', ({ serving }) => serving.running, count),
  number('waiting', 'Waiting', ({ serving }) => serving.waiting, count),
  number('usage', 'KV in use', ({ serving }) => serving.kvUsage, percent),
  number('ttft', 'First token', ({ serving }) => serving.avgTtftMs, milliseconds),
  number('itl', 'Between', ({ serving }) => serving.avgItlMs, milliseconds, 'Mean time between tokens.'),
  number('restarts', 'Restarts', ({ restarts }) => restarts, count),
];

function number(
  id: string,
  title: string,
  value: (row: EngineRow) => number | null,
  words: (value: number | null) => string,
  help = '',
): Column<EngineRow> {
  return { id, title, help, number: true, text: (row) => words(value(row)), order: value };
}

/** Every engine behind every endpoint, searchable and sortable. */
export class EngineTable {
  readonly element = make('section', { class: 'engines' });
  readonly #filter = make('vscode-textfield', { attributes: { placeholder: 'Filter', label: 'Filter engines' } });
  readonly #table: Table<EngineRow>;
  #rows: readonly EngineRow[] = [];

  constructor(host: Host) {
    this.#table = new Table<EngineRow>(
      'Engines and their figures in the window',
      COLUMNS,
      CAP,
      host.choices.sort,
      (sort) => host.choose({ sort }),
    );
    this.#filter.addEventListener('input', () => this.#show());
    const head = make('header', { class: 'table-head' }, make('h3', { text: 'Engines' }), this.#filter);
    this.element.append(head, this.#table.element);
  }

  update(engines: readonly EngineRow[]): void {
    this.#rows = engines;
    show(this.element, engines.length > 0);
    show(this.#filter, engines.length > 4);
    this.#show();
  }

  #show(): void {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.#rows.filter((row) => {
      const text = `${row.endpoint} ${row.engine} ${row.model ?? ''} ${row.role ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    mark(this.element, 'data-none', words.length > 0 && found.length === 0 ? '' : null);
    this.#table.update(found.map((row) => [row.key, row]));
  }
}
