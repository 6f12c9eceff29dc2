import { setImmediate as breathe } from 'node:timers/promises';
import { PageReader } from '../exposition';
import { findScenario, Simulation } from '../simulator';
import { Poller } from './poller';
import type { Sink, Source } from './source';

export interface DemoOptions {
  readonly label: string;
  /** A scenario of the simulator, by its id. */
  readonly scenario: string;
  readonly intervalMs: number;
  /** Time that has passed already when it starts, so that there is something to look back on. */
  readonly pastMs?: number;
}

const PAST_MS = 5 * 60_000;
const PAST_STEP_MS = 2000;
/** Of a large deployment fewer moments of the past are told, so that it does not take long to catch up. */
const PAGES_A_STEP = 16;
/** So many steps later than it should be, it is behind. */
const BEHIND_STEPS = 3;

/** A simulated deployment: nobody is asked for anything. */
export class DemoSource implements Source {
  readonly label: string;
  readonly #options: DemoOptions;
  #poller: Poller | undefined;
  #isBehind = false;

  constructor(options: DemoOptions) {
    this.label = options.label;
    this.#options = options;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  start(sink: Sink): void {
    this.stop();
    const { scenario: id, intervalMs, pastMs = PAST_MS } = this.#options;
    const scenario = findScenario(id);
    if (!scenario) {
      const problem = `There is no demonstration named ${id}.`;
      sink.failure(this.label, ADDRESS, { state: 'down', problem, at: Date.now(), nextAt: null });
      return;
    }
    const start = Date.now() - pastMs;
    const simulation = new Simulation(scenario, { start });
    const demo = new Demo(simulation);
    const step = Math.max(intervalMs, PAST_STEP_MS * Math.ceil(simulation.endpoints.length / PAGES_A_STEP));
    let past = start;
    this.#isBehind = pastMs > BEHIND_STEPS * step;
    this.#poller = new Poller({ intervalMs }, async (signal) => {
      this.#isBehind ||= Date.now() - past > BEHIND_STEPS * step;
      for (; past < Date.now() - step && !signal.aborted; past += step) {
        demo.show(past, sink, null);
        // Whoever else is asked in this thread comes in between.
        await breathe();
      }
      const now = Date.now();
      past = now;
      const report = (nextAt: number) => {
        this.#isBehind = false;
        demo.show(now, sink, nextAt);
      };
      return { failed: false, report };
    });
    this.#poller.start();
  }

  stop(): void {
    this.#poller?.stop();
    this.#isBehind = false;
  }
}

const ADDRESS = 'demo:';

/** A simulation whose pages are read. */
class Demo {
  readonly #simulation: Simulation;
  readonly #readers = new Map<string, PageReader>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  show(at: number, sink: Sink, nextAt: number | null): void {
    for (const { label } of this.#simulation.endpoints) {
      const text = this.#simulation.page(label, at);
      const url = `${ADDRESS}${label}`;
      if (text === undefined) {
        sink.failure(label, url, { state: 'down', problem: 'Nothing listens at this host and port.', at, nextAt });
        continue;
      }
      const reader = this.#readers.get(label) ?? new PageReader();
      this.#readers.set(label, reader);
      sink.page(label, url, { page: reader.readBytes(Buffer.from(text), at), latencyMs: null });
    }
  }
}
