import { knownName, readSeriesName, type TypeOf } from './names';

/** What a comment of a page says. */
export interface Declaration {
  /** The family that it declares, if it is one of vLLM or NIXL. */
  readonly family?: string;
  /** The tables do not know the name: its type says what it means. */
  readonly unknown?: { readonly name: string; readonly type: string };
  /** It is written in OpenMetrics only. */
  readonly openMetrics?: true;
  /** The last line of a page in OpenMetrics. */
  readonly end?: true;
}

const comment = /^#[ \t]+(TYPE|UNIT|EOF)(?:[ \t]+(?:"((?:[^"\\]|\\.)*)"|([^ \t"]+)))?(?:[ \t]+([A-Za-z]+))?[ \t]*$/;
const openMetricsTypes: ReadonlySet<string> = new Set(['unknown', 'info', 'stateset', 'gaugehistogram']);

/** Reads a comment, without its line end. */
export function readDeclaration(line: string): Declaration {
  const [, keyword, quoted, plain, written] = comment.exec(line) ?? [];
  const name = quoted ?? plain;
  if (keyword === 'EOF') return name === undefined ? { openMetrics: true, end: true } : {};
  if (keyword === 'UNIT') return { openMetrics: true };
  if (name === undefined || written === undefined) return {};
  const type = written.toLowerCase();
  const family = readSeriesName(name)?.family;
  return {
    ...(family !== undefined && (knownName(name) ? { family } : { unknown: { name, type } })),
    ...(isOpenMetrics(name, type) && { openMetrics: true }),
  };
}

/** Text says `untyped` where OpenMetrics says `unknown`, and vLLM's counters carry their `_total` there. */
function isOpenMetrics(name: string, type: string): boolean {
  const bare = type === 'counter' && /^(?:ray_)?vllm[:_]/.test(name) && !name.endsWith('_total');
  return bare || openMetricsTypes.has(type);
}

/** Names remembered at most. */
const MOST_TYPES = 5_000;

/** What a page says of the types of names that the tables do not know. */
export class DeclaredTypes {
  private readonly types = new Map<string, string>();
  /** Another number whenever an answer may be another one. */
  version = 0;

  readonly typeOf: TypeOf = (name) => this.types.get(name);

  /** Forgets what the page before said. */
  clear(): void {
    if (this.types.size > 0) this.version += 1;
    this.types.clear();
  }

  /** Takes down a type; says which family that declares. */
  state({ name, type }: { readonly name: string; readonly type: string }): string | undefined {
    if (this.types.get(name) !== type && this.types.size < MOST_TYPES) {
      this.types.set(name, type);
      this.version += 1;
    }
    return readSeriesName(name, this.typeOf)?.family;
  }
}
