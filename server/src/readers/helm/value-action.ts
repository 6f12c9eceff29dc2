/** A template action that stands for one value of the chart. */
export interface ValueAction {
  /** The keys of `.Values.a.b`. */
  readonly path: readonly string[];
  /** What is put around it. */
  readonly quoted: '"' | "'" | undefined;
  /** Something else takes its place where it is false, zero or empty. */
  readonly hasDefault: boolean;
  /** It has to be a whole number. */
  readonly whole: boolean;
}

const PATH = String.raw`\(?\s*\$?\.Values((?:\.[A-Za-z_]\w*)+)\s*\)?`;
const TEXT = '(?:"(?:[^"\\\\\\n]|\\\\.)*"|`[^`]*`|\\S+)';
const ACTION = new RegExp(
  String.raw`^\{\{-?\s*(?:(quote|squote|toString|int|int64)\s+|(required|default)\s+${TEXT}\s+)?${PATH}((?:\s*\|[^|]*)*?)\s*-?\}\}$`,
);
const STEP = new RegExp(String.raw`^(?:(quote|squote|toString|int|int64)|(?:default|required)\s+${TEXT})$`);

/**
 * Reads `{{ .Values.a.b }}` and what leaves its value as it is: `quote`, `int`, `required`, and `default` where there is a
 * value. Everything else that a template does is not followed.
 */
export function valueAction(action: string): ValueAction | undefined {
  const [, prefix, taking, path, pipeline = ''] = ACTION.exec(action) ?? [];
  if (path === undefined) return undefined;
  let quoted: ValueAction['quoted'];
  let hasDefault = taking === 'default';
  let whole = false;
  const steps = pipeline
    .split('|')
    .slice(1)
    .map((step) => step.trim());
  for (const step of prefix === undefined ? steps : [prefix, ...steps]) {
    const [, plain] = STEP.exec(step) ?? [];
    if (plain === undefined && !STEP.test(step)) return undefined;
    if (plain === 'quote' || plain === 'squote') quoted = plain === 'quote' ? '"' : "'";
    else if (quoted && plain !== 'toString') return undefined;
    if (plain?.startsWith('int')) whole = true;
    if (plain === undefined && step.startsWith('default')) hasDefault = true;
  }
  return { path: path.split('.').slice(1), quoted, hasDefault, whole };
}
