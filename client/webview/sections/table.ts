import { LiveText, make, mark, show } from '../dom';
import { type Item, KeyedList } from '../keyed-list';

/** A column: its heading, and what it says of a row. */
export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly help?: string;
  readonly number?: boolean;
  text(row: T): string;
  /** What it is sorted by; nothing: it is not. Unknown values come last. */
  order?(row: T): number | string | null;
  hint?(row: T): string;
  /** Set on the cell as `data-state`, for colour beside the words. */
  state?(row: T): string;
}

export interface Sort {
  readonly column: string;
  readonly down: boolean;
}

/** A table with a caption, sortable headings, and a limit that can be lifted. */
export class Table<T> {
  readonly element: HTMLElement;
  readonly #columns: readonly Column<T>[];
  readonly #list: KeyedList<T>;
  readonly #heads = new Map<string, HTMLElement>();
  readonly #sorted: (sort: Sort | null) => void;
  #sort: Sort | null;
  #rows: readonly (readonly [string, T])[] = [];

  constructor(
    caption: string,
    columns: readonly Column<T>[],
    cap: number,
    sort: Sort | null = null,
    sorted: (sort: Sort | null) => void = () => undefined,
  ) {
    this.#columns = columns;
    this.#sort = sort;
    this.#sorted = sorted;
    const heads = columns.map((column) => this.#head(column));
    const body = make('tbody');
    const more = make('div', { class: 'more' });
    const table = make(
      'table',
      {},
      make('caption', { class: 'for-readers', text: caption }),
      make('thead', {}, make('tr', {}, ...heads)),
      body,
    );
    const frame = make(
      'div',
      { class: 'table-frame', role: 'region', attributes: { 'aria-label': caption, tabindex: '0' } },
      table,
    );
    this.element = make('div', {}, frame, more);
    this.#list = new KeyedList(body, more, cap, () => new Row(columns));
    this.#showSort();
  }

  update(rows: readonly (readonly [string, T])[]): void {
    this.#rows = rows;
    this.#list.update(this.#ordered());
    show(this.element, rows.length > 0);
  }

  #head(column: Column<T>): HTMLElement {
    const head = make('th', { class: column.number ? 'number' : '', attributes: { scope: 'col' } });
    if (column.help) head.title = column.help;
    if (!column.order) {
      head.textContent = column.title;
      return head;
    }
    const button = make('button', { class: 'sort', text: column.title, attributes: { type: 'button' } });
    button.addEventListener('click', () => this.#turn(column.id));
    head.append(button);
    this.#heads.set(column.id, head);
    return head;
  }

  /** Down, up, as it came. */
  #turn(column: string): void {
    const now = this.#sort?.column === column ? this.#sort : undefined;
    this.#sort = !now ? { column, down: true } : now.down ? { column, down: false } : null;
    this.#sorted(this.#sort);
    this.#showSort();
    this.update(this.#rows);
  }

  #showSort(): void {
    for (const [id, head] of this.#heads) {
      const down = this.#sort?.column === id ? this.#sort.down : undefined;
      mark(head, 'aria-sort', down === undefined ? null : down ? 'descending' : 'ascending');
    }
  }

  #ordered(): readonly (readonly [string, T])[] {
    const sort = this.#sort;
    const order = sort && this.#columns.find(({ id }) => id === sort.column)?.order;
    if (!sort || !order) return this.#rows;
    const keyed = this.#rows.map((row) => ({ row, key: order(row[1]) }));
    keyed.sort((a, b) => compare(a.key, b.key, sort.down));
    return keyed.map(({ row }) => row);
  }
}

function compare(a: number | string | null, b: number | string | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
  return down ? -order : order;
}

class Row<T> implements Item<T> {
  readonly element = make('tr');
  readonly #columns: readonly Column<T>[];
  readonly #cells: readonly LiveText[];

  constructor(columns: readonly Column<T>[]) {
    this.#columns = columns;
    this.#cells = columns.map(({ number }, index) => {
      const cell = index === 0 ? make('th', { attributes: { scope: 'row' } }) : make('td', {});
      if (number) cell.className = 'number';
      return new LiveText(cell);
    });
    this.element.append(...this.#cells.map(({ element }) => element));
  }

  update(row: T): void {
    for (const [index, column] of this.#columns.entries()) {
      const cell = this.#cells[index]!;
      cell.set(column.text(row), column.hint?.(row));
      if (column.state) mark(cell.element, 'data-state', column.state(row));
    }
  }
}
