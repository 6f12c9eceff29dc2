import type { VerdictCard } from '../../../../protocol/metrics';
import { readSource } from '../../knowledge/source';
import type { Setting, Verdict } from '../verdict';

/** A verdict as the panel shows it; where its settings stand is for whoever has the configuration to find. */
export interface Card {
  readonly card: VerdictCard;
  readonly settings: readonly Setting[];
  readonly side: Verdict['side'];
}

/** Remembers since when verdicts hold. */
export class Cards {
  #since = new Map<string, number>();

  of(verdicts: readonly Verdict[], now: number): Card[] {
    const held = new Map<string, number>();
    const cards = verdicts.map((verdict) => {
      const { id, severity, title, endpoint, engine, group, message, evidence, settings, side, sources } = verdict;
      const key = JSON.stringify([id, endpoint, engine, group]);
      const since = this.#since.get(key) ?? now;
      held.set(key, since);
      const lines = settings.map((setting) => ({ name: nameOf(setting), place: null }));
      return {
        card: {
          ...{ id, severity, title, endpoint, engine, message, evidence, since, lines },
          ...(group !== undefined && { group }),
          sources: sources.map((source) => readSource(source).url ?? source),
        },
        settings,
        side,
      };
    });
    this.#since = held;
    return cards;
  }
}

/** A setting as it is written. */
export function nameOf({ kind, name }: Setting): string {
  return kind === 'flag' ? `--${name}` : name;
}
