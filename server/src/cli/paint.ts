import type { Severity } from '../analysis';

/** Puts colour on text, or leaves it. */
export interface Paint {
  severity(severity: Severity, text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  added(text: string): string;
  removed(text: string): string;
}

const CODES: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36, hint: 34 };

export function paint(colored: boolean): Paint {
  const wrap = (code: number | string, text: string) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    severity: (severity, text) => wrap(`1;${CODES[severity]}`, text),
    strong: (text) => wrap(1, text),
    dim: (text) => wrap(2, text),
    added: (text) => wrap(32, text),
    removed: (text) => wrap(31, text),
  };
}
