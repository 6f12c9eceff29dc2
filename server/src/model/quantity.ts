import { knownText, type Value } from './value';

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity as a number: bytes for memory, pieces for devices, cores for CPU; `undefined` when not known. */
export function quantity(value: Value | undefined): number | undefined {
  const text = knownText(value)?.trim();
  const match =
    text === undefined ? null : /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]i?)?)$/.exec(text);
  if (!match) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  const factor = factors[suffix];
  return factor === undefined ? undefined : Number(digits) * factor;
}
