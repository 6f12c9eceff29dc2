import type { Band, EngineRow, PairRow, ServingFigures, TransferFigures } from '../../../../protocol/metrics';
import type { Severity } from '../../analysis';
import { MB } from '../../metrics/model';
import type { Setting, Verdict } from '../../metrics/verdict';
import { counted } from '../counted';
import { type Paint, paint } from '../paint';
import { displayWidth, printable } from '../printable';
import type { Outcome } from './outcome';

/** The report for people: pairs, engines, endpoints that have none, and what the figures say. */
export function pretty(outcome: Outcome, colored: boolean): string {
  const brush = paint(colored);
  const { update } = outcome;
  const parts = [
    pairTable(update.pairs, brush),
    engineTable(update.engines, brush),
    endpointTable(outcome, brush),
    ...outcome.verdicts.map((verdict) => card(verdict, brush)),
    summary(outcome, brush),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

interface Column<T> {
  readonly head: string;
  readonly left?: boolean;
  cell(row: T): string;
}

const TRANSFERS: readonly Column<TransferFigures>[] = [
  { head: 'transfers', cell: ({ transfers }) => whole(transfers) },
  { head: 'mean', cell: ({ avgTransferMs }) => time(avgTransferMs) },
  { head: 'P90', cell: ({ p90TransferMs }) => band(p90TransferMs) },
  { head: 'post', cell: ({ avgPostMs }) => time(avgPostMs) },
  { head: 'size', cell: ({ avgMBPerTransfer }) => size(avgMBPerTransfer) },
  { head: 'rate', cell: ({ throughputMBps }) => speed(throughputMBps) },
  { head: 'link load', cell: ({ linkLoadMBps }) => speed(linkLoadMBps) },
  { head: 'failed', cell: ({ failedTransfers }) => whole(failedTransfers) },
  { head: 'expired', cell: ({ kvExpired }) => whole(kvExpired) },
];

const SERVING: readonly Column<ServingFigures>[] = [
  { head: 'running', cell: ({ running }) => whole(running) },
  { head: 'waiting', cell: ({ waiting }) => whole(waiting) },
  { head: 'KV', cell: ({ kvUsage }) => (kvUsage === null ? '–' : `${Math.round(kvUsage * 100)} %`) },
];

function pairTable(pairs: readonly PairRow[], brush: Paint): string {
  const sides = ({ prefill, decode }: PairRow) => `${engines(prefill.length)} → ${engines(decode.length)}`;
  return table<PairRow>(
    [
      { head: 'prefill → decode', left: true, cell: ({ label }) => printable(label) },
      { head: '', left: true, cell: sides },
      ...TRANSFERS.map(({ head, cell }) => ({ head, cell: ({ window }: PairRow) => cell(window) })),
    ],
    pairs,
    brush,
  );
}

function engineTable(rows: readonly EngineRow[], brush: Paint): string {
  return table<EngineRow>(
    [
      { head: 'endpoint', left: true, cell: ({ endpoint }) => printable(endpoint) },
      { head: 'engine', cell: ({ engine }) => printable(engine) },
      { head: 'role', left: true, cell: roleCell },
      ...TRANSFERS.map(({ head, cell }) => ({ head, cell: ({ sinceStart }: EngineRow) => cell(sinceStart) })),
      ...SERVING.map(({ head, cell }) => ({ head, cell: ({ serving }: EngineRow) => cell(serving) })),
      { head: 'restarts', cell: ({ restarts }) => (restarts === 0 ? '' : String(restarts)) },
    ],
    rows,
    brush,
  );
}

/** Agents of NIXL know no role; of an engine it may not be known yet. */
function roleCell({ role, model, asleep }: EngineRow): string {
  return [role ?? (model === null ? '–' : '?'), ...(asleep ? ['asleep'] : [])].join(', ');
}

/** Those that are not as they should be. */
function endpointTable({ update }: Outcome, brush: Paint): string {
  const odd = update.endpoints.filter(({ state, problem }) => state !== 'ok' || problem !== null);
  const lines = odd.map(({ label, state, problem }) => {
    const word = brush.severity(STATE[state] ?? 'info', state);
    return `${brush.strong(printable(label))}  ${word}  ${printable(problem ?? MEANING[state] ?? '')}`.trimEnd();
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

const STATE: Readonly<Record<string, Severity>> = {
  down: 'error',
  refused: 'error',
  stale: 'warning',
  disabled: 'warning',
};
const MEANING: Readonly<Record<string, string>> = {
  stale: 'Its last page is older than those of others.',
  down: 'Not asked yet.',
  'no-nixl': 'vLLM is there, figures of NIXL are not.',
  disabled: 'There is a page, without a single figure of vLLM.',
};

const LEVEL: Readonly<Record<Verdict['severity'], Severity>> = { critical: 'error', warning: 'warning', info: 'info' };

function card(
  { id, severity, title, endpoint, engine, message, evidence, settings, sources }: Verdict,
  brush: Paint,
): string {
  const where = [endpoint, engine === null ? null : `engine ${engine}`].filter((part) => part !== null).join(', ');
  const lines = [
    `${brush.severity(LEVEL[severity], severity)}  ${brush.strong(printable(title))}  ${brush.dim([id, printable(where)].filter((part) => part !== '').join(', '))}`,
    `  ${printable(message)}`,
    ...evidence.map((line) => `  ${brush.dim('·')} ${printable(line)}`),
  ];
  if (settings.length > 0) lines.push(`  set    ${settings.map(settingName).join(', ')}`);
  if (sources.length > 0) lines.push(`  source ${brush.dim(sources.map(printable).join(', '))}`);
  return `${lines.join('\n')}\n`;
}

function settingName({ kind, name }: Setting): string {
  return kind === 'flag' ? `--${name}` : name;
}

function summary({ update, verdicts }: Outcome, brush: Paint): string {
  const { endpoints, engines: rows, recorded } = update;
  const span = recorded
    ? `${((recorded.to - recorded.from) / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`
    : '';
  const read = endpoints.filter(({ lastPageAt }) => lastPageAt !== null).length;
  const parts = [
    `${read === endpoints.length ? counted(read, 'endpoint') : `${read} of ${counted(endpoints.length, 'endpoint')}`} read`,
    counted(rows.length, 'engine'),
    ...(span === '' ? [] : [`increases over ${span}`]),
    'GB = 10^9 bytes',
  ];
  const said = (['critical', 'warning', 'info'] as const).flatMap((severity) => {
    const number = verdicts.filter((verdict) => verdict.severity === severity).length;
    return number === 0
      ? []
      : [brush.severity(LEVEL[severity], severity === 'warning' ? counted(number, severity) : `${number} ${severity}`)];
  });
  const found = said.length > 0 ? said.join(', ') : 'Nothing conspicuous';
  return `${found} (${parts.join(', ')})`;
}

function table<T>(columns: readonly Column<T>[], rows: readonly T[], brush: Paint): string {
  if (rows.length === 0) return '';
  // A column in which nothing is known says nothing.
  const told = columns
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row)) }))
    .filter(({ left, cells }) => left || cells.some((cell) => cell !== '' && cell !== '–'));
  const widths = told.map(({ head, cells }) => Math.max(displayWidth(head), ...cells.map(displayWidth)));
  const line = (texts: readonly string[], put: (text: string) => string = (text) => text) =>
    put(
      texts
        .map((text, index) => {
          const gap = ' '.repeat(widths[index]! - displayWidth(text));
          return told[index]!.left ? text + gap : gap + text;
        })
        .join('  ')
        .trimEnd(),
    );
  const lines = rows.map((_, row) => line(told.map(({ cells }) => cells[row]!)));
  return `${[
    line(
      told.map(({ head }) => head),
      brush.dim,
    ),
    ...lines,
  ].join('\n')}\n`;
}

function whole(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 0 });
}

function digits(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(1);
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

function time(milliseconds: number | null): string {
  if (milliseconds === null) return '–';
  return milliseconds < 10_000 ? `${digits(milliseconds)} ms` : `${digits(milliseconds / 1000)} s`;
}

/** Between two edges: more is not known. */
function band(value: Band | null): string {
  if (value === null) return '–';
  if (value.le === null) return `> ${time(value.gt)}`;
  return value.gt === 0 ? `≤ ${time(value.le)}` : `${digits(value.gt)}–${time(value.le)}`;
}

function size(mebibytes: number | null): string {
  return mebibytes === null ? '–' : `${digits(mebibytes)} MiB`;
}

/** From the MB (2^20) of the log line to what links are measured in. */
function speed(mebibytes: number | null): string {
  if (mebibytes === null) return '–';
  const bytes = mebibytes * MB;
  return bytes >= 1e8 || bytes === 0 ? `${digits(bytes / 1e9)} GB/s` : `${digits(bytes / 1e6)} MB/s`;
}

function engines(number: number): string {
  return number === 0 ? 'none seen' : String(number);
}
