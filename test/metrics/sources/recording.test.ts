import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  RecordingProblem,
  RecordingSource,
  readRecorded,
  recordedPages,
  stateOf,
  stateOfPage,
  writeRecorded,
} from '../../../server/src/metrics/sources';
import { folderName } from '../../../server/src/metrics/sources/recording';
import { Collector, PAGE } from './support';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl recording '));
});
afterEach(() => rm(folder, { recursive: true }));

const shown = async (path: string) => (await recordedPages(path)).map(({ endpoint, at }) => [endpoint, at]);

describe('a recording', () => {
  it('is read in the order of its times, whatever else lies there', async () => {
    await writeRecorded(folder, 'decode', 3000, PAGE);
    await writeRecorded(folder, 'prefill', 2000.4, PAGE);
    await writeRecorded(folder, 'decode', 1000, PAGE);
    await writeRecorded(folder, 'decode', 20000, PAGE);
    await writeFile(join(folder, 'decode', 'notes.txt'), 'x');
    await writeFile(join(folder, 'decode', '5.prom.tmp'), 'x');
    await writeFile(join(folder, 'README'), 'x');
    await mkdir(join(folder, 'empty'));
    await symlink(join(folder, 'README'), join(folder, 'link'));
    expect(await shown(folder)).toEqual([
      ['decode', 1000],
      ['prefill', 2000],
      ['decode', 3000],
      ['decode', 20000],
    ]);
    expect(await shown(join(folder, 'prefill'))).toEqual([['prefill', 2000]]);
    expect(await shown(join(folder, 'decode', '3000.prom'))).toEqual([['decode', 3000]]);
  });

  it('may be one saved page', async () => {
    const file = join(folder, 'metrics.txt');
    await writeFile(file, PAGE);
    await utimes(file, 1700, 1700);
    expect(await shown(file)).toEqual([['metrics', 1_700_000]]);
  });

  it('says why it cannot be read', async () => {
    await expect(recordedPages(join(folder, 'nowhere'))).rejects.toThrow(RecordingProblem);
    await expect(recordedPages(join(folder, 'nowhere'))).rejects.toThrow(/nowhere does not exist\.$/);
    await expect(recordedPages(folder)).rejects.toThrow(/holds no recorded page: they are named ENDPOINT\/MILLI/);
    const file = join(folder, '1.prom');
    await writeFile(file, PAGE);
    const read = async () => {
      let size = 0;
      for await (const piece of readRecorded(file, 100)) size += piece.length;
      return size;
    };
    await expect(read()).rejects.toThrow(/1\.prom is larger than 100 bytes\.$/);
  });

  it('has folders that every system can make', () => {
    expect(folderName('decode-0')).toBe('decode-0');
    expect(folderName('../../etc')).toBe('__.._etc');
    expect(folderName('http://[::1]:8000/metrics?x')).toBe('http___[__1]_8000_metrics_x');
    expect(folderName('..')).toBe('_');
    expect(folderName('CON')).toBe('CON_');
    expect(folderName('')).toBe('_');
    expect(folderName('a\u0000b ')).toBe('a_b_');
    expect(folderName('x'.repeat(300))).toHaveLength(120);
  });

  it('is played again, and what is no page counts as lost', async () => {
    await writeRecorded(folder, 'decode', 1000, PAGE);
    await writeRecorded(folder, 'decode', 2000, PAGE.slice(0, 150));
    await writeRecorded(folder, 'decode', 3000, '');
    await writeRecorded(folder, 'decode', 4000, '<html></html>');
    await writeRecorded(folder, 'decode', 5000, PAGE);
    const collector = new Collector();
    new RecordingSource({ label: 'recording', path: folder }).start(collector);
    await collector.until(({ hasEnded }) => hasEnded);
    expect(collector.pages.map(({ endpoint, arrival: { page } }) => [endpoint, page.at, page.samples.length])).toEqual([
      ['decode', 1000, 2],
      ['decode', 5000, 2],
    ]);
    expect(collector.failures.map(({ failure: { at, state, problem } }) => [at, state, problem])).toEqual([
      [2000, 'down', 'The answer broke off in the middle.'],
      [3000, 'refused', 'The answer is empty.'],
      [4000, 'refused', 'The answer is no metrics page but HTML or XML.'],
    ]);
  });

  it('may leave the last line end out of all pages; one that ends with another series broke off', async () => {
    const page = (failed: string, expired?: number) =>
      `# TYPE vllm:nixl_num_failed_transfers_total counter\nvllm:nixl_num_failed_transfers_total{engine="0",model_name="m"} ${failed}${
        expired === undefined
          ? ''
          : `\n# TYPE vllm:nixl_num_kv_expired_reqs_total counter\nvllm:nixl_num_kv_expired_reqs_total{engine="0",model_name="m"} ${expired}`
      }`;
    await writeRecorded(folder, 'decode', 1000, page('10', 5));
    await writeRecorded(folder, 'decode', 2000, page('1'));
    await writeRecorded(folder, 'decode', 3000, page('30', 6));
    const collector = new Collector();
    new RecordingSource({ label: 'recording', path: folder }).start(collector);
    await collector.until(({ hasEnded }) => hasEnded);
    expect(
      collector.pages.map(({ arrival: { page } }) => [page.at, ...page.samples.map(({ value }) => value)]),
    ).toEqual([
      [1000, 10, 5],
      [3000, 30, 6],
    ]);
    expect(collector.failures.map(({ failure: { at } }) => at)).toEqual([2000]);
  });

  it('tells of a page that is too large what is wrong', async () => {
    const line = (index: number) => `vllm:nixl_num_failed_transfers_total{engine="${index}",model_name="m"} 1\n`;
    await writeRecorded(folder, 'd', 1000, Array.from({ length: 100_001 }, (_, index) => line(index)).join(''));
    const collector = new Collector();
    new RecordingSource({ label: 'recording', path: folder }).start(collector);
    await collector.until(({ hasEnded }) => hasEnded);
    expect(collector.failures.map(({ failure: { state, problem } }) => [state, problem])).toEqual([
      ['refused', expect.stringMatching(/^The page has more than 100,000 series that are wanted\. /)],
    ]);
  });

  it('may be played at its own pace, and be stopped', async () => {
    for (const at of [1000, 2000, 3000, 900_000]) await writeRecorded(folder, 'decode', at, PAGE);
    const collector = new Collector();
    const source = new RecordingSource({ label: 'recording', path: folder, speed: 50 });
    const started = performance.now();
    source.start(collector);
    await collector.until(({ pages }) => pages.length === 3);
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
    source.stop();
    expect(collector.hasEnded).toBe(false);
  });
});

describe('the state of an endpoint', () => {
  const page = (...families: string[]) => ({ families: new Set(families), at: 100_000 });
  const failure = { state: 'refused' as const };

  it('is told by whose figures its page has', () => {
    expect(stateOfPage(page('vllm:num_requests_running', 'vllm:nixl_xfer_time_seconds'))).toBe('ok');
    expect(stateOfPage(page('agent_tx_bytes_total'))).toBe('ok');
    expect(stateOfPage(page('vllm:num_requests_running'))).toBe('no-nixl');
    expect(stateOfPage(page())).toBe('disabled');
  });

  it('is stale for a while when scrapes fail, then what they fail with', () => {
    const ok = page('vllm:nixl_xfer_time_seconds');
    const at = (now: number, intervalMs = 2000) => stateOf({ page: ok, failure, now, intervalMs });
    expect(stateOf({ page: ok, failure: undefined, now: 900_000, intervalMs: 2000 })).toBe('ok');
    expect(at(102_000)).toBe('stale');
    expect(at(130_000)).toBe('stale');
    expect(at(130_001)).toBe('refused');
    expect(at(150_000, 10_000)).toBe('stale');
    expect(stateOf({ page: undefined, failure, now: 1, intervalMs: 1 })).toBe('refused');
    expect(stateOf({ page: undefined, failure: undefined, now: 1, intervalMs: 1 })).toBeUndefined();
  });
});
