import type { MetricsUpdate, VerdictCard, VerdictLine } from '../../../../protocol/metrics';
import type { Analysis, FilePlace } from '../../analysis';
import { metricsEndpoints, nameOf } from '../../analysis/metrics-endpoints';
import { type Setting as Configured, whereSet } from '../../analysis/where-set';
import type { Setting } from '../../metrics/verdict';
import type { Card } from '../../metrics/worker/cards';
import type { Engine } from '../../model';

/** Engines of a document that a verdict may be about. */
interface Candidates {
  readonly analysis: Analysis;
  readonly engines: readonly Engine[];
}

/** Finds where the settings that verdicts are about stand in the open documents. */
export class VerdictLines {
  readonly #analyses: readonly Analysis[];
  readonly #uri: (file: string) => string;

  constructor(analyses: readonly Analysis[], uri: (file: string) => string) {
    this.#analyses = analyses;
    this.#uri = uri;
  }

  /** An update whose cards lead to the configuration. */
  add(update: MetricsUpdate, cards: readonly Card[]): MetricsUpdate {
    return { ...update, verdicts: cards.map((card) => this.#card(card, update)) };
  }

  #card({ card, settings, side }: Card, update: MetricsUpdate): VerdictCard {
    const url = update.endpoints.find(({ label }) => label === card.endpoint)?.url;
    const lines = settings.map((setting, index): VerdictLine => {
      const candidates = this.#candidates(card.endpoint, url, setting.side ?? side);
      return { name: card.lines[index]!.name, place: this.#written(candidates, setting) ?? this.#missing(candidates) };
    });
    return { ...card, lines };
  }

  /** The engines behind the endpoint, else those of the side, else all. */
  #candidates(endpoint: string | null, url: string | undefined, side: Setting['side']): Candidates[] {
    const ofSide = this.#those(({ role }) => side === undefined || role === undefined || isOf(role.role, side));
    const named = ofSide.map(({ analysis, engines }) => ({
      analysis,
      engines: engines.filter((engine) => nameOf(engine) === endpoint || this.#answersAt(analysis, engine, url)),
    }));
    const meant = named.filter(({ engines }) => engines.length > 0);
    return meant.length > 0 ? meant : ofSide;
  }

  #those(wanted: (engine: Engine) => boolean): Candidates[] {
    return this.#analyses
      .map((analysis) => ({ analysis, engines: analysis.deployment.engines.filter(wanted) }))
      .filter(({ engines }) => engines.length > 0);
  }

  #answersAt(analysis: Analysis, engine: Engine, url: string | undefined): boolean {
    if (url === undefined) return false;
    return metricsEndpoints(analysis.deployment).some((one) => one.engine === engine && one.url === url);
  }

  /** Where the setting is written. */
  #written(candidates: readonly Candidates[], setting: Setting): VerdictLine['place'] {
    for (const { analysis, engines } of candidates) {
      for (const one of settingsOf(setting)) {
        const [found] = whereSet(analysis, one, engines);
        if (found) return this.#place(found, '');
      }
    }
    return null;
  }

  /** Where it would be added: at what starts the engine. */
  #missing(candidates: readonly Candidates[]): VerdictLine['place'] {
    for (const { analysis, engines } of candidates) {
      for (const engine of engines) {
        if (engine.entry.endsWith(' file')) continue;
        const located = analysis.files.locate(engine.place);
        if (located) return this.#place(located, ', not set');
      }
    }
    return null;
  }

  #place({ file, range }: FilePlace, remark: string): VerdictLine['place'] {
    const uri = this.#uri(file);
    return { uri, range, text: `${fileOf(uri)}:${range.start.line + 1}${remark}` };
  }
}

function isOf(role: NonNullable<Engine['role']>['role'], side: 'prefill' | 'decode'): boolean {
  return role === side || role === 'both';
}

/** A key may stand at the top of a connector's configuration, or among what is the connector's own. */
function settingsOf({ kind, name }: Setting): readonly Configured[] {
  if (kind !== 'field') return [{ kind, name }];
  return [
    { kind: 'key', path: [name] },
    { kind: 'key', path: ['kv_connector_extra_config', name] },
  ];
}

function fileOf(uri: string): string {
  const last = uri.split('/').at(-1) ?? uri;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
