import { PageReader } from '../exposition';
import type { PromSeries } from './prometheus-api';
import { lineHead } from './prometheus-pages';
import { ENGINES, FLEET_TOTALS, SUMMED } from './prometheus-queries';
import type { TargetPage } from './prometheus-targets';

const TOTALS: ReadonlySet<string> = new Set(FLEET_TOTALS);

interface Line {
  readonly total: boolean;
  value: number;
}

interface Group {
  readonly endpoint: string;
  readonly reader: PageReader;
  readonly lines: Map<string, Line>;
  engines: number;
}

export interface FleetPage extends TargetPage {
  /** Engines of which it is the sum. */
  readonly engines: number;
}

/**
 * A fleet too large to look at every engine: sums by role and model. Prometheus tells what they grew by in each step;
 * added up, that is a page again, as one large engine would have it.
 */
export class PrometheusFleet {
  readonly #groups = new Map<string, Group>();

  /** @param steps moments, in seconds, in order; none of them came before */
  read(series: readonly PromSeries[], steps: readonly number[]): FleetPage[] {
    const bySeconds = new Map<number, [group: Group, head: string, total: boolean, value: number][]>();
    for (const { labels, samples } of series) {
      const group = this.#of(labels);
      const { [SUMMED]: name = '', ...others } = labels;
      const head = lineHead({ ...others, __name__: name });
      for (const [seconds, text] of samples) {
        const value = Number(text);
        const known = bySeconds.get(seconds) ?? [];
        bySeconds.set(seconds, known);
        if (name === ENGINES) group.engines = value;
        else known.push([group, head, TOTALS.has(name), value]);
      }
    }
    return steps.flatMap((seconds) => {
      for (const [{ lines }, head, total, value] of bySeconds.get(seconds) ?? []) {
        const line = lines.get(head);
        if (!line) lines.set(head, { total, value });
        else line.value = total ? line.value + finite(value) : value;
      }
      return bySeconds.has(seconds) ? [...this.#groups.values()].flatMap((group) => pageOf(group, seconds)) : [];
    });
  }

  #of({ role, llm_isvc_role: kserve, model_name: model }: PromSeries['labels']): Group {
    const key = JSON.stringify([role, kserve, model]);
    let group = this.#groups.get(key);
    if (!group) {
      const endpoint = [role ?? kserve ?? 'engines', model].filter((part) => part !== undefined).join(' · ');
      const taken = [...this.#groups.values()].some((other) => other.endpoint === endpoint);
      group = {
        endpoint: taken ? `${endpoint} (${this.#groups.size})` : endpoint,
        reader: new PageReader(),
        lines: new Map(),
        engines: 0,
      };
      this.#groups.set(key, group);
    }
    return group;
  }
}

function pageOf({ endpoint, reader, lines, engines }: Group, seconds: number): FleetPage | [] {
  if (lines.size === 0) return [];
  const text = [...lines].map(([head, { value }]) => `${head} ${value}\n`).join('');
  return { endpoint, engines, page: reader.readBytes(Buffer.from(text), Math.round(seconds * 1000)) };
}

/** What Prometheus cannot tell grew by nothing. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
