import type { ReferencedFiles, WorkspaceIndex } from '../workspace';
import type { Beside } from './beside';
import type { AnalysisOptions } from './options';
import { AnalysisSession } from './session';

/** Files that are read beside one, and their characters. More in one folder are none that belong together. */
const MOST_FILES = 40;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** Keys of references to ConfigMaps, and the name behind one. */
const CONFIG_MAP = /\bconfigMap(?:Ref|KeyRef)?["']?\s*:/;
const NAMED = /\bconfigMap(?:Ref|KeyRef)?["']?\s*:\s*\{?\s*["']?name["']?\s*:\s*["']?([\w.-]+)/g;

/** A pod that may have the other side in a file beside. */
const KUBERNETES = /\bcontainers["']?\s*:/;

/** Characters of files whose readings are kept: those take some fifty times as much memory. */
const MOST_KEPT = 512 * 1024;

interface KeptSession {
  readonly session: AnalysisSession;
  length: number;
  /** Of the files that were analysed, the one for which it was asked for last. */
  used: number;
}

/**
 * Reads the manifests beside others, each once: what was read of a file serves as long as its text is the same, for its
 * own analysis too.
 */
export class SideFiles {
  readonly #files: ReferencedFiles;
  readonly #index: WorkspaceIndex;
  /** The one asked for longest ago first. */
  readonly #sessions = new Map<string, KeptSession>();
  readonly #mostIdle: number;
  #kept = 0;
  /** Files that were analysed. */
  #turn = 0;

  /** @param mostIdle files that are analysed after a reading was asked for last, until it is let go */
  constructor(files: ReferencedFiles, index: WorkspaceIndex, mostIdle = Number.POSITIVE_INFINITY) {
    this.#files = files;
    this.#index = index;
    this.#mostIdle = mostIdle;
  }

  /** The session that reads a file, for its own analysis. */
  session(name: string, length: number): AnalysisSession {
    this.#turn += 1;
    return this.#sessionOf(name, length);
  }

  #sessionOf(name: string, length: number): AnalysisSession {
    const known = this.#sessions.get(name) ?? { session: new AnalysisSession(), length: 0, used: 0 };
    this.#sessions.delete(name);
    this.#kept += length - known.length;
    known.length = length;
    known.used = this.#turn;
    this.#sessions.set(name, known);
    for (const [oldest, { length: freed, used }] of this.#sessions) {
      if (oldest === name || (this.#kept <= MOST_KEPT && this.#turn - used <= this.#mostIdle)) break;
      this.#sessions.delete(oldest);
      this.#kept -= freed;
    }
    return known.session;
  }

  /**
   * Reads what the analysis of a file will ask for, as far as a look at its words tells: what is there at first need not
   * be asked for twice.
   */
  async prepare(name: string, text: string): Promise<void> {
    if (!CONFIG_MAP.test(text) && !KUBERNETES.test(text)) return;
    if (this.#index.manifestsBeside(name) === 'not-read') await this.#index.load();
    const beside = this.#index.manifestsBeside(name);
    const near = typeof beside === 'string' || beside.length > MOST_FILES ? [] : beside;
    for (const one of near) this.#files.get(one);
    await this.#files.load();
    this.#lookUp(name, text);
    for (const one of near) this.#lookUp(one, this.#files.get(one)?.text ?? '');
    await this.#files.load();
  }

  /** Asks for the ConfigMaps that a manifest names. */
  #lookUp(name: string, text: string): void {
    if (!CONFIG_MAP.test(text)) return;
    const find = this.#index.finder(name);
    for (const [, named] of text.matchAll(NAMED)) find('ConfigMap', named!, undefined);
  }

  /** What the files beside one say. */
  beside(name: string, optionsOf: (name: string) => AnalysisOptions): Beside {
    const names = this.#index.manifestsBeside(name);
    if (names === 'not-read') return { readings: [], waiting: true, open: [] };
    if (names === 'too-large' || names.length > MOST_FILES) return tooMany;
    const files = names.map((one) => this.#files.get(one));
    const waiting = files.some((file, index) => !file && !this.#files.isKnown(names[index]!));
    if (waiting) return { readings: [], waiting, open: [] };
    const there = files.filter((file) => file !== undefined);
    if (there.reduce((sum, { text }) => sum + text.length, 0) > MOST_CHARACTERS) return tooMany;
    const readings = there.flatMap(
      (file) => this.#sessionOf(file.name, file.text.length).read(file, optionsOf(file.name)) ?? [],
    );
    return { readings, waiting: false, open: [] };
  }
}

const tooMany: Beside = {
  readings: [],
  waiting: false,
  open: [{ kind: 'limit', detail: 'the files of this folder' }],
};
