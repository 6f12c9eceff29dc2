import { PageReader } from '../../server/src/metrics/exposition';
import { type Scenario, Simulation } from '../../server/src/metrics/simulator';

export interface RuleSeries {
  readonly series: string;
  readonly values: string;
}

/**
 * A simulation as series for `promtool test rules`: one value for every interval, of names that `text` mentions, each with
 * the instance that its endpoint is.
 */
export function seriesOf(
  scenario: Scenario,
  {
    intervalSeconds,
    minutes,
    text,
    instance,
  }: {
    readonly intervalSeconds: number;
    readonly minutes: number;
    readonly text: string;
    readonly instance: (label: string, index: number) => string;
  },
): RuleSeries[] {
  const start = Date.UTC(2026, 8, 1);
  const simulation = new Simulation(scenario, { start });
  const steps = (minutes * 60) / intervalSeconds;
  const values = new Map<string, string[]>();
  const set = (name: string, step: number, value: string) => {
    const row = values.get(name) ?? new Array<string>(steps + 1).fill('_');
    row[step] = value;
    values.set(name, row);
  };
  const readers = simulation.endpoints.map(() => new PageReader());
  for (let step = 0; step <= steps; step++) {
    const at = start + step * intervalSeconds * 1000;
    simulation.endpoints.forEach(({ label }, index) => {
      const target = `instance="${instance(label, index)}",job="vllm"`;
      const page = simulation.page(label, at);
      set(`up{${target}}`, step, page === undefined ? '0' : '1');
      if (page === undefined) return;
      for (const { series, value } of readers[index]!.readBytes(Buffer.from(page), at).samples) {
        if (series.part === 'bucket' || series.part === 'created') continue;
        const name = seriesName(series.family, series.part, text);
        if (name === undefined) continue;
        const labels = Object.entries(series.set.labels).map(([key, own]) => `,${key}=${JSON.stringify(own)}`);
        set(`${name}{${target}${labels.join('')}}`, step, String(value));
      }
    });
  }
  return [...values].map(([series, row]) => ({ series, values: row.join(' ') }));
}

function seriesName(family: string, part: string, text: string): string | undefined {
  const spellings = part === 'value' ? [`${family}_total`, family] : [`${family}_${part}`];
  return spellings.find((name) => text.includes(`${name}{`));
}
