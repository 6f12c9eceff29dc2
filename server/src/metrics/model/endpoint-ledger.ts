import type { Labels, Page, Series } from '../page';
import { agrees, divideLabels, engineId } from './engines';
import { kindOf } from './families';
import { EngineLedger, type Slot } from './ledger';
import { isOlder } from './turns';

/** A labelled value that is no engine's: of an information gauge, or of a metric that no table has. */
export interface Loose {
  readonly name: string;
  readonly labels: Labels;
  value: number;
}

type Entry =
  | { readonly series: Series; readonly kind: 'slot'; readonly ledger: EngineLedger; readonly slot: Slot }
  | { readonly series: Series; readonly kind: 'info' | 'other'; readonly loose: Loose }
  | { readonly series: Series; readonly kind: 'ignored' }
  /** Without a model, beside others that have one: whose it is shows when the page is read to its end. */
  | { readonly series: Series; readonly kind: 'undecided' };

/** What one endpoint may make us remember: labels that change with every page must not fill the memory. */
const MOST_SERIES = 50_000;
const MOST_ENGINES = 256;
const MOST_STARTS = 1024;
const MOST_OTHERS = 500;
/** Of one engine; releases of today have some hundred. */
const MOST_SLOTS = 4000;
/** Engines that no page had for so long are the first to be forgotten. */
const LONG_MS = 10 * 60 * 1000;

/** Of so many pages the usual gap is told. */
const MOST_GAPS = 9;

/** All engines behind one endpoint. */
export class EndpointLedger {
  readonly label: string;
  /** Engines of vLLM. */
  readonly engines = new Map<string, EngineLedger>();
  /** Agents of NIXL: their names are made anew with every process, so that figures are those of a host. */
  readonly agents = new Map<string, EngineLedger>();
  infos: Loose[] = [];
  others: Loose[] = [];
  families: ReadonlySet<string> = new Set();
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** More series or engines came than are remembered. */
  overfull = false;
  /** Processes took turns: more than one server answers at the address. */
  takesTurns = false;
  #entries: Entry[] = [];
  readonly #known = new Map<string, Entry>();
  #stamp = 0;
  #processStart: number | undefined;
  readonly #formerStarts = new Set<number>();
  readonly #gaps: number[] = [];

  constructor(label: string) {
    this.label = label;
  }

  /** Takes a whole page; one that broke off is as good as none. */
  take(page: Page): void {
    // A clock that was put back must not make time run backwards.
    const at = this.lastAt === undefined ? page.at : Math.max(page.at, this.lastAt + 1);
    this.#stamp += 1;
    this.infos = [];
    this.others = [];
    this.families = page.families;
    const undecided: number[] = [];
    const { samples } = page;
    for (let index = 0; index < samples.length; index += 1) {
      const { series, value } = samples[index]!;
      let entry = this.#entries[index];
      if (entry?.series !== series) {
        entry = this.#entry(series, value, at);
        this.#entries[index] = entry;
      }
      if (entry.kind === 'undecided') undecided.push(index);
      else this.#note(entry, value);
    }
    this.#entries.length = samples.length;
    for (const index of undecided) {
      const { series, value } = samples[index]!;
      this.#entries[index] = this.#decided(series, value, at);
      this.#note(this.#entries[index]!, value);
    }
    this.#look(page.processStart);
    for (const ledger of this.engines.values()) ledger.close(at, this.#stamp);
    for (const ledger of this.agents.values()) ledger.close(at, this.#stamp);
    this.firstAt ??= at;
    if (this.lastAt !== undefined) {
      this.#gaps.push(at - this.lastAt);
      if (this.#gaps.length > MOST_GAPS) this.#gaps.shift();
    }
    this.lastAt = at;
  }

  /** Milliseconds that usually lie between two pages; 0 before there are two. */
  get gapMs(): number {
    return this.#gaps.toSorted((a, b) => a - b)[this.#gaps.length >> 1] ?? 0;
  }

  #note(entry: Entry, value: number): void {
    if (entry.kind === 'slot') entry.ledger.note(entry.slot, value, this.#stamp);
    else if (entry.kind === 'info') {
      entry.loose.value = value;
      this.infos.push(entry.loose);
    } else if (entry.kind === 'other' && this.others.length < MOST_OTHERS) {
      entry.loose.value = value;
      this.others.push(entry.loose);
    }
  }

  /** A process that began at another moment is another process. */
  #look(start: number | undefined): void {
    if (start === undefined) return;
    const before = this.#processStart;
    this.#processStart = start;
    if (before === undefined || before === start) return;
    this.takesTurns ||= this.#formerStarts.has(start) || isOlder(start, before);
    if (this.#formerStarts.size < MOST_STARTS) this.#formerStarts.add(before);
    for (const ledger of this.engines.values()) ledger.turn(before, start);
    for (const ledger of this.agents.values()) ledger.turn(before, start);
  }

  #entry(series: Series, value: number, at: number): Entry {
    const key = keyOf(series);
    const known = this.#known.get(key);
    if (known) return known.series === series ? known : { ...known, series };
    if (this.#known.size >= MOST_SERIES && !this.#makeRoom()) {
      this.overfull = true;
      return { series, kind: 'ignored' };
    }
    const entry = this.#newEntry(series, value, at);
    // There may be room for it once others are gone.
    if (entry.kind !== 'undecided' && entry.kind !== 'ignored') this.#known.set(key, entry);
    return entry;
  }

  #newEntry(series: Series, value: number, at: number): Entry {
    const { owner, type } = kindOf(series.family);
    const { labels } = series.set;
    if (type === 'info') {
      return series.part === 'value'
        ? { series, kind: 'info', loose: { name: series.family, labels, value } }
        : { series, kind: 'ignored' };
    }
    if (type === 'unknown') {
      const name = otherName(series);
      return name === undefined
        ? { series, kind: 'ignored' }
        : { series, kind: 'other', loose: { name, labels, value } };
    }
    if (owner === 'engine' && labels.model_name === undefined) return { series, kind: 'undecided' };
    return this.#slotEntry(series, value, at);
  }

  /** A series without a model: of the one engine that it can mean, else of an engine of its own. */
  #decided(series: Series, value: number, at: number): Entry {
    const { whose } = divideLabels(series.set.labels, kindOf(series.family).ownLabels);
    const meant = [...this.engines.values()].filter(({ id }) => id.model !== null && agrees(whose, id.labels));
    if (meant.length > 1) return { series, kind: 'ignored' };
    const entry = this.#slotEntry(series, value, at, meant[0]);
    if (meant.length === 1 || this.#known.size < MOST_SERIES) {
      this.#known.set(keyOf(series), entry);
    }
    return entry;
  }

  #slotEntry(series: Series, value: number, at: number, of?: EngineLedger): Entry {
    const { owner, type, ownLabels } = kindOf(series.family);
    const { whose, which } = divideLabels(series.set.labels, ownLabels);
    const ledger = of ?? this.#ledger(owner === 'agent' ? this.agents : this.engines, engineId(this.label, whose), at);
    if (!ledger || ledger.slots.length >= MOST_SLOTS) {
      this.overfull = true;
      return { series, kind: 'ignored' };
    }
    const gauge = type === 'gauge' && series.part === 'value';
    // A series that is there but has no number was there before: where it began nobody knows.
    const fromZero = this.lastAt !== undefined && !Number.isNaN(value);
    const slot = ledger.slot(series.family, series.part, which, series.le, gauge, fromZero);
    return { series, kind: 'slot', ledger, slot };
  }

  #ledger(ledgers: Map<string, EngineLedger>, id: EngineLedger['id'], at: number): EngineLedger | undefined {
    let ledger = ledgers.get(id.key);
    if (!ledger && ledgers.size >= MOST_ENGINES) this.#makeRoom();
    if (!ledger && ledgers.size < MOST_ENGINES) {
      ledger = new EngineLedger(id, at, this.lastAt);
      ledgers.set(id.key, ledger);
    }
    return ledger;
  }

  /** Forgets engines that are gone: workers that were replaced by others have names that never come again. */
  #makeRoom(): boolean {
    const gone = new Set([...this.#gone(this.engines), ...this.#gone(this.agents)]);
    for (const ledgers of [this.engines, this.agents]) {
      for (const [key, ledger] of ledgers) if (gone.has(ledger)) ledgers.delete(key);
    }
    const before = this.#known.size;
    for (const [key, entry] of this.#known) {
      // What is no engine's is made anew with the next page that has it.
      if (entry.kind !== 'slot' || gone.has(entry.ledger)) this.#known.delete(key);
    }
    if (this.#known.size === before) return false;
    this.#entries = [];
    return true;
  }

  /** Those that were absent for long; where there are none, the half of those that are absent that left first. */
  #gone(ledgers: ReadonlyMap<string, EngineLedger>): EngineLedger[] {
    const { lastAt } = this;
    if (lastAt === undefined) return [];
    const absent = [...ledgers.values()].filter((ledger) => ledger.lastAt < lastAt && ledger.noted !== this.#stamp);
    const long = absent.filter((ledger) => ledger.lastAt <= lastAt - LONG_MS);
    if (long.length > 0) return long;
    return absent.sort((a, b) => a.lastAt - b.lastAt).slice(0, Math.ceil(absent.length / 2));
  }

  get memory(): number {
    let bytes = 0;
    for (const { history } of this.engines.values()) bytes += history.bytes;
    for (const { history } of this.agents.values()) bytes += history.bytes;
    return bytes;
  }
}

/** A reader may hand out another object for the same series, after pages that did not have it. */
function keyOf({ family, part, le, set }: Series): string {
  return `${family} ${part} ${le ?? ''} ${set.key}`;
}

/** Under which name an unknown metric is shown; its buckets are not. */
function otherName({ family, part }: Series): string | undefined {
  if (!family.startsWith('vllm:nixl_') && !family.startsWith('agent_')) return undefined;
  if (part === 'bucket' || part === 'created') return undefined;
  return part === 'value' ? family : `${family}_${part}`;
}
