import type { Page } from '../page';
import type { PromSeries } from './prometheus-api';
import { TargetPages } from './prometheus-pages';
import { TARGET_LABELS } from './prometheus-queries';

/** A target without a new page for so many of its own intervals, and no shorter than this, is gone. */
const MISSED_INTERVALS = 4;
const MISSED_MS = 90_000;

interface Target {
  readonly label: string;
  readonly pages: TargetPages;
  /** Milliseconds between its last two pages. */
  intervalMs: number;
}

export interface TargetPage {
  readonly endpoint: string;
  readonly page: Page;
}

/** The targets that Prometheus scrapes, each an endpoint of its own with pages at the moments of its scrapes. */
export class PrometheusTargets {
  readonly #targets = new Map<string, Target>();
  /** Labels that are taken, by whom. */
  readonly #labels = new Map<string, string>();

  get size(): number {
    return this.#targets.size;
  }

  get labels(): Iterable<string> {
    return this.#labels.keys();
  }

  /** The pages that are new in an answer; those of one target follow each other in time. */
  read(series: readonly PromSeries[]): TargetPage[] {
    return [...this.#byTarget(series)].flatMap(([key, own]) => {
      const target = this.#of(key, own[0]!.labels);
      const before = target.pages.lastAt;
      const pages = target.pages.read(own);
      const [last, earlier = before] = pages.toReversed().map(({ at }) => at);
      if (last !== undefined && earlier > 0) target.intervalMs = last - earlier;
      return pages.map((page) => ({ endpoint: target.label, page }));
    });
  }

  /** Those that Prometheus no longer gets pages of. */
  missing(now: number): { readonly endpoint: string; readonly lastAt: number }[] {
    return [...this.#targets.values()].flatMap(({ label, pages: { lastAt }, intervalMs }) => {
      const late = now - lastAt > Math.max(MISSED_MS, MISSED_INTERVALS * intervalMs);
      return late ? { endpoint: label, lastAt } : [];
    });
  }

  /** The series of each target; one that two jobs scrape counts once. */
  #byTarget(series: readonly PromSeries[]): Map<string, PromSeries[]> {
    const jobs = new Map<string, string>();
    for (const { labels } of series) {
      const place = placeOf(labels);
      const job = labels.job ?? '';
      const known = jobs.get(place);
      if (known === undefined || job < known) jobs.set(place, job);
    }
    const targets = new Map<string, PromSeries[]>();
    for (const one of series) {
      const place = placeOf(one.labels);
      if ((one.labels.job ?? '') !== jobs.get(place)) continue;
      const own = targets.get(place);
      if (own) own.push(one);
      else targets.set(place, [one]);
    }
    return targets;
  }

  #of(key: string, labels: PromSeries['labels']): Target {
    const known = this.#targets.get(key);
    if (known) return known;
    const { pod, instance = 'instance', namespace, cluster } = labels;
    const full = [cluster, namespace, pod, instance].filter((part) => part !== undefined).join('/');
    const label = [pod ?? instance, full, `${full} (${this.#labels.size})`].find((one) => !this.#labels.has(one))!;
    this.#labels.set(label, key);
    const target = { label, pages: new TargetPages(), intervalMs: 0 };
    this.#targets.set(key, target);
    return target;
  }
}

function placeOf(labels: PromSeries['labels']): string {
  return JSON.stringify(TARGET_LABELS.map((name) => (name === 'job' ? undefined : labels[name])));
}
