import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsKey, PageReader } from '../../../server/src/metrics/exposition';
import { figures } from './support';

interface Line {
  readonly family: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  readonly blank: string;
  readonly tail: string;
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', '=', '#', ' ', 'n', 'é', '\0', '\r'),
    maxLength: 8,
  }),
);
const label = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/), fc.constantFrom('__proto__', 'constructor'));
const line: fc.Arbitrary<Line> = fc.record({
  family: fc.oneof(
    fc.stringMatching(/^vllm:nixl_[a-z]{1,3}$/),
    fc.constantFrom('vllm:num_requests_running', 'vllm:kv_cache_usage_perc', 'vllm:nixl_num_failed_transfers'),
  ),
  labels: fc.uniqueArray(fc.tuple(label, text), { selector: ([name]) => name, maxLength: 4 }),
  value: fc.oneof(fc.double(), fc.nat(), fc.constantFrom(Infinity, -Infinity)),
  blank: fc.constantFrom(' ', '  ', '\t'),
  tail: fc.constantFrom('', ' ', ' 1764000000123', '\r', ' # {a="b}\\"",c="# "} 1 2', '\t17.5 # {} 1'),
});
const noise = fc.constantFrom(
  '',
  '# HELP vllm:nixl_a with \\\\ and \\n and "',
  'python_gc_objects_collected_total{generation="0"} 1.0',
  'vllm:request_prompt_tokens_bucket{le="1",model_name="}{,\\" \\\\"} 2',
  'nonsense } { " 7 #',
  '{"some.name",a="b"} 1',
);
const page = fc.array(fc.oneof({ weight: 3, arbitrary: line }, noise), { maxLength: 30 });

/** A writer of its own: nothing of it is used by the reader. */
function write(lines: readonly (Line | string)[]): string {
  return lines.map((entry) => (typeof entry === 'string' ? `${entry}\n` : `${head(entry)}${entry.tail}\n`)).join('');
}

function head({ family, labels, value, blank }: Line): string {
  const pairs = labels.map(([name, said]) => {
    const escaped = said.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    return `${name}="${escaped}"`;
  });
  const figure = Number.isFinite(value) ? String(value) : { NaN: 'NaN', Infinity: '+Inf', '-Infinity': '-Inf' }[value];
  return `${family}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''}${blank}${Object.is(value, -0) ? '-0' : figure}`;
}

/** What is on a page, the first of equals. */
function expected(lines: readonly (Line | string)[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const entry of lines) {
    if (typeof entry === 'string') continue;
    const labels: Record<string, string> = Object.create(null);
    for (const [name, said] of entry.labels) labels[name] = Buffer.from(said).toString();
    const key = `${entry.family} value ${labelsKey(labels)}`.trimEnd();
    if (!found.has(key)) found.set(key, entry.value);
  }
  return Object.fromEntries(found);
}

/** Cuts bytes at any places, also within a letter, and reuses one array for all chunks as a socket may. */
function* cut(bytes: Buffer, places: readonly number[]): Generator<Uint8Array> {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const shared = new Uint8Array(bytes.length);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    shared.fill(0x3f);
    shared.set(bytes.subarray(from, end));
    yield shared.subarray(0, end - from);
    from = end;
  }
}

describe('any page', () => {
  it('is read as it was written, in any chunks, the first time and after others', async () => {
    const kept = new PageReader();
    await fc.assert(
      fc.asyncProperty(page, fc.array(fc.nat(), { maxLength: 12 }), async (lines, places) => {
        const bytes = Buffer.from(write(lines));
        const wanted = expected(lines);
        for (const reader of [new PageReader(), kept]) {
          const whole = reader.readBytes(bytes, 0);
          const pieces = await reader.read(cut(bytes, places), 0);
          expect(figures(whole)).toEqual(wanted);
          expect(pieces).toEqual(whole);
          expect(whole.complete).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is read byte by byte as at once', async () => {
    await fc.assert(
      fc.asyncProperty(page, async (lines) => {
        const bytes = Buffer.from(write(lines).slice(0, 2_000));
        const reader = new PageReader();
        const single = await reader.read(cut(bytes, [...bytes.keys()]), 0);
        expect(single).toEqual(reader.readBytes(bytes, 0));
      }),
      { numRuns: 50 },
    );
  });
});

describe('any bytes', () => {
  const pieces = fc.constantFrom(
    ...[
      'vllm:nixl_a',
      'vllm:nixl_b_bucket',
      '{',
      '}',
      '"',
      '\\',
      ',',
      '=',
      'le',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\0',
      '1',
      '1e5',
    ],
    ...[
      'NaN',
      '+Inf',
      '# ',
      '# TYPE ',
      '# EOF\n',
      '# UNIT ',
      ' counter\n',
      ' gauge\n',
      'é',
      '\ufeff',
      'process_start_time_seconds',
    ],
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.array(pieces, { maxLength: 80 }).map((parts) => Buffer.from(parts.join(''))),
  );

  it('never throw, and say the same in any chunks', async () => {
    const kept = new PageReader();
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.nat(), { maxLength: 8 }), async (input, places) => {
        const whole = new PageReader().readBytes(input, 7);
        expect(await new PageReader().read(cut(input, places), 7)).toEqual(whole);
        expect(whole.samples.length + (whole.faults ?? 0)).toBeLessThanOrEqual(
          input.filter((byte) => byte === 10).length,
        );
        expect(kept.readBytes(input, 7).bytes).toBe(input.length);
      }),
      { numRuns: 1_500 },
    );
  });
});
