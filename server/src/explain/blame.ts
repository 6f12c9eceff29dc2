import { type Analysis, comparePlaces, type FilePlace, type Problem } from '../analysis';
import { type Setting, whereSet } from '../analysis/where-set';
import type { Governor } from '../knowledge/messages';
import { type Explanation, expanded } from './explanation';

/** A place of a configuration that a message in a log is about. */
export interface Blame extends FilePlace {
  readonly message: string;
  /** The rule that found it; none where it only is what governs the message. */
  readonly rule?: string;
}

/** Something of the configuration, with its own characters. */
interface Candidate {
  readonly blame: Blame;
  readonly covers: string;
}

/**
 * Finds the lines of configuration that the messages of a log are about. Files are shown to it one after the other, and
 * may be let go then.
 */
export class BlameSearch {
  readonly #explanations: readonly Explanation[];
  /** By explanation, then by place among what governs it. */
  readonly #governing = new Map<Explanation, Map<string, Candidate>[]>();

  constructor(explanations: readonly Explanation[]) {
    this.#explanations = explanations;
  }

  look(analysis: Analysis): void {
    for (const explanation of this.#explanations) {
      const known = this.#governing.get(explanation) ?? [];
      this.#governing.set(explanation, known);
      explanation.fact.blame.forEach((governor, index) => {
        known[index] ??= new Map();
        for (const candidate of governing(analysis, governor, explanation)) {
          const { file, start, end } = candidate.blame;
          known[index].set(`${file}\0${start}\0${end}`, candidate);
        }
      });
    }
  }

  /**
   * What is to blame for a message: what rules find, else what governs it. Where the log says a value, places that hold
   * it come alone.
   * @param covered the characters of a finding
   */
  of(
    explanation: Explanation,
    problems: readonly Problem[],
    covered: (place: FilePlace) => string | undefined,
  ): Blame[] {
    const found = problems.filter(({ rule }) => explanation.fact.rules.includes(rule)).sort(comparePlaces);
    const candidates =
      found.length > 0
        ? found.map((problem) => ({ blame: blameOf(problem), covers: covered(problem) ?? '' }))
        : (this.#governing.get(explanation) ?? []).flatMap((places) =>
            [...places.values()].sort((a, b) => comparePlaces(a.blame, b.blame)),
          );
    const said = [...explanation.values.values()].flat().filter((value) => value.length > 1);
    const exact = candidates.filter(({ covers }) => said.some((value) => covers.includes(value)));
    return unique((exact.length > 0 ? exact : candidates).map(({ blame }) => blame));
  }
}

function blameOf({ file, start, end, range, message, rule }: Problem): Blame {
  return { file, start, end, range, message, rule };
}

function governing(analysis: Analysis, governor: Governor, { values }: Explanation): Candidate[] {
  return settingsOf(governor, values).flatMap((setting) =>
    whereSet(analysis, setting).map(({ value, ...place }) => ({
      blame: { ...place, message: `${nameOf(setting)} is ${value === undefined ? 'set' : inCode(value)} here.` },
      covers: value ?? '',
    })),
  );
}

/** Names that hold values of the message stand for one setting each. */
function settingsOf(governor: Governor, values: Explanation['values']): Setting[] {
  if (governor.kind !== 'variable' && governor.kind !== 'flag') return [governor];
  const { kind } = governor;
  return expanded(governor.name, values).map((name) => ({
    kind,
    name: kind === 'flag' ? name.replaceAll('_', '-') : name,
  }));
}

function nameOf(setting: Setting): string {
  switch (setting.kind) {
    case 'variable':
      return inCode(setting.name);
    case 'flag':
      return inCode(`--${setting.name}`);
    case 'key':
      return inCode(setting.path.at(-1)!);
    default:
      return 'The image';
  }
}

const LONGEST = 80;

function inCode(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return `\`${short.replaceAll('`', "'")}\``;
}

function unique(blames: readonly Blame[]): Blame[] {
  return [...new Map(blames.map((one) => [`${one.file}\0${one.start}\0${one.end}\0${one.rule}`, one])).values()];
}
