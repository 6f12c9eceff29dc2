import { Deployment } from '../../metrics/model';
import { type RecordedPage, RecordingPlayer, RecordingProblem, recordedPages } from '../../metrics/sources';
import { WrongUse } from '../wrong-use';
import type { MetricsOptions } from './options';

/** Plays a recording from its first to its last page. */
export async function replay(path: string, { roles }: Pick<MetricsOptions, 'roles'>): Promise<Deployment> {
  const pages = await recordedPages(path).catch((error: unknown) => {
    throw error instanceof RecordingProblem ? new WrongUse(error.message) : error;
  });
  const deployment = new Deployment({ intervalMs: usualInterval(pages), roles });
  const files = new Map<string, string>();
  for (const { endpoint, file } of pages) if (!files.has(endpoint)) files.set(endpoint, file);
  for (const [endpoint, file] of [...files].sort(([a], [b]) => numeric.compare(a, b))) {
    deployment.expect(endpoint, file);
  }
  const player = new RecordingPlayer(pages);
  for (const page of player.pages) await player.play(page, deployment);
  return deployment;
}

const numeric = new Intl.Collator('en', { numeric: true });

/**
 * The gap that most pages follow each other with: the scrape interval of the recording, whatever was lost. Where nobody has
 * two pages nobody is late.
 */
function usualInterval(pages: readonly RecordedPage[]): number {
  const last = new Map<string, number>();
  const gaps: number[] = [];
  for (const { endpoint, at } of pages) {
    const before = last.get(endpoint);
    if (before !== undefined && at > before) gaps.push(at - before);
    last.set(endpoint, at);
  }
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? Math.max(2000, (pages.at(-1)?.at ?? 0) - (pages[0]?.at ?? 0));
}
