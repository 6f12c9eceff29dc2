import type { Band } from '../../protocol/metrics';

/** What stands where a value is not known. */
export const NONE = '–';

type Maybe = number | null | undefined;

/** Three digits that count, thousands set apart: `0.42`, `12.3`, `1,204`. */
export function amount(value: Maybe): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.01) return value > 0 ? '< 0.01' : '> −0.01';
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return count(value);
}

/** A whole number, thousands set apart. */
export function count(value: Maybe): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Milliseconds, as seconds or minutes where those read better. */
export function milliseconds(value: Maybe): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value < 999.5) return `${amount(value)} ms`;
  if (value < 99_950) return `${amount(value / 1000)} s`;
  return `${amount(value / 60_000)} min`;
}

/** Where a percentile lies, as far as buckets tell: `≤ 5 ms`, `100–200 ms`, `> 5 s`. */
export function band(value: Band | null | undefined): string {
  if (!value) return NONE;
  const { gt, le } = value;
  if (le === null) return `> ${edge(gt)}`;
  if (gt <= 0) return `≤ ${edge(le)}`;
  const [from, fromUnit] = split(gt);
  const [to, toUnit] = split(le);
  return fromUnit === toUnit ? `${from}–${to} ${toUnit}` : `${from} ${fromUnit}–${to} ${toUnit}`;
}

function edge(value: number): string {
  return split(value).join(' ');
}

function split(value: number): [string, string] {
  return value < 1000 ? [trimmed(value), 'ms'] : [trimmed(value / 1000), 's'];
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A size in units of 2^10: `56 KB`, `8.00 MB`, `1.31 GB`. The page says once that MB is 2^20 bytes. */
export function megabytes(value: Maybe): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return '0 MB';
  if (size < 1 / 1024) return `${count(value * 2 ** 20)} B`;
  if (size < 0.995) return `${amount(value * 1024)} KB`;
  if (size < 1023.5) return `${amount(value)} MB`;
  return `${amount(value / 1024)} GB`;
}

/** A rate in the same units. */
export function rate(value: Maybe): string {
  const text = megabytes(value);
  return text === NONE ? NONE : `${text}/s`;
}

/** The same rate as network people count it: 10^9 bits. */
export function gigabits(megabytesPerSecond: Maybe): string {
  if (megabytesPerSecond === null || megabytesPerSecond === undefined) return NONE;
  return `${amount((megabytesPerSecond * 2 ** 20 * 8) / 1e9)} Gbit/s`;
}

/** Bytes. */
export function bytes(value: Maybe): string {
  return value === null || value === undefined ? NONE : megabytes(value / 2 ** 20);
}

export function perSecond(value: Maybe): string {
  const text = amount(value);
  return text === NONE ? NONE : `${text}/s`;
}

/** A share of 1, in percent. */
export function percent(value: Maybe): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const hundred = value * 100;
  if (hundred === 0) return '0 %';
  if (hundred < 0.1) return '< 0.1 %';
  return `${hundred < 9.95 ? hundred.toFixed(1) : Math.round(hundred)} %`;
}

/** How long: `4 s`, `3 min`, `2.5 h`. */
export function span(ms: Maybe): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE;
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** How long ago a moment was. */
export function ago(at: Maybe, now: number): string {
  return at === null || at === undefined ? NONE : `${span(now - at)} ago`;
}

/** A moment of the day. */
export function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A value of a chart, in the chart's unit. */
export function inUnit(value: Maybe, unit: string): string {
  switch (unit) {
    case 'ms':
      return milliseconds(value);
    case 'MB':
      return megabytes(value);
    case 'MB/s':
      return rate(value);
    case 'per second':
      return perSecond(value);
    case 'percent':
      return value === null || value === undefined ? NONE : percent(value / 100);
    case 'tokens/s':
      return value === null || value === undefined ? NONE : `${amount(value)} tokens/s`;
    default:
      return Number.isInteger(value) ? count(value) : amount(value);
  }
}

/** A value beside an axis: no digits that say nothing. */
export function onAxis(value: number, unit: string): string {
  const digits = trimmed(value);
  switch (unit) {
    case 'ms':
      return value === 0 ? '0' : value < 1000 ? `${digits} ms` : `${trimmed(value / 1000)} s`;
    case 'MB':
    case 'MB/s': {
      const rest = unit === 'MB' ? '' : '/s';
      return value === 0 ? '0' : value < 1024 ? `${digits} MB${rest}` : `${trimmed(value / 1024)} GB${rest}`;
    }
    case 'percent':
      return `${digits} %`;
    case 'per second':
      return value === 0 ? '0' : `${digits}/s`;
    default:
      return value < 10_000 ? digits : `${trimmed(value / 1000)} k`;
  }
}

/** Two values side by side, with their unit once where it is the same: `299 / 282 ms`. */
export function beside(one: string, other: string): string {
  if (one === NONE && other === NONE) return NONE;
  const unit = one.slice(one.indexOf(' '));
  return one.includes(' ') && other.endsWith(unit) ? `${one.slice(0, -unit.length)} / ${other}` : `${one} / ${other}`;
}

/** `1 engine`, `3 engines`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A name that is longer than anybody reads, without its middle: its end often tells it apart from others. */
export function shortened(name: string, most = 80): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - most).join('')}`;
}
