import type { EngineRole } from '../../../../protocol/metrics';
import { SimulatedDeployment } from './deployment';
import type { Endpoint } from './engine';
import { EngineFamilies } from './pages/engine-families';
import type { Family } from './pages/family';
import { httpFamilies, routeFamily } from './pages/http-families';
import { nixlExporterPage } from './pages/nixl-exporter';
import { openMetricsText } from './pages/open-metrics';
import { processFamilies } from './pages/process-families';
import { MULTI_PROCESS, type PythonStyle, pythonText, SINGLE_PROCESS } from './pages/python';
import type { Scenario } from './scenario';

export interface SimulationOptions {
  /** The same seed gives the same pages. */
  readonly seed?: number;
  /** When it starts: milliseconds since the epoch. */
  readonly start: number;
}

export interface SimulatedEndpoint {
  readonly label: string;
  readonly role: EngineRole;
  readonly contentType: string;
  readonly kind: 'vllm' | 'nixl-exporter';
}

/** A pause of whoever asks, beyond which the deployment is taken to have stood still. */
const LONGEST_PAUSE = 15 * 60;

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** A deployment of prefill and decode engines that exists only as its pages of metrics. Has no clock and no timers. */
export class Simulation {
  readonly scenario: Scenario;
  readonly endpoints: readonly SimulatedEndpoint[];
  private readonly deployment: SimulatedDeployment;
  private readonly families: EngineFamilies;
  private readonly start: number;
  /** Seconds that were left out. */
  private skipped = 0;
  private readonly fillers = new Map<string, { readonly startedAt: number; readonly text: string }>();

  constructor(scenario: Scenario, { seed = 1, start }: SimulationOptions) {
    this.scenario = scenario;
    this.start = start;
    this.deployment = new SimulatedDeployment(scenario, seed, start);
    this.families = new EngineFamilies(scenario);
    const contentType = scenario.frontEnd === 'rust' && scenario.shownBy === 'vllm' ? OPEN_METRICS : TEXT;
    this.endpoints = this.deployment.endpoints.flatMap(({ label, side }): SimulatedEndpoint[] => [
      { label, role: side, contentType, kind: 'vllm' },
      ...(scenario.exporter === undefined
        ? []
        : [{ label: `${label}-nixl`, role: side, contentType: TEXT, kind: 'nixl-exporter' } as const]),
    ]);
  }

  /**
   * The page of an endpoint at a moment (milliseconds since the epoch), which may not be before those asked for earlier:
   * then it is the page of the latest one. Nothing: nobody answers.
   */
  page(label: string, at: number): string | undefined {
    const { course } = this.deployment;
    let second = (at - this.start) / 1000 - this.skipped;
    if (second - course.now > LONGEST_PAUSE) {
      this.skipped += second - course.now - 1;
      second = course.now + 1;
    }
    course.advance(Math.max(second, course.now));
    const named = this.endpoints.find((endpoint) => endpoint.label === label);
    if (!named) throw new Error(`There is no endpoint ${label}.`);
    const own = named.kind === 'vllm' ? label : label.slice(0, -'-nixl'.length);
    const endpoint = this.deployment.endpoints.find((candidate) => candidate.label === own)!;
    if (endpoint.silentUntil > course.now) return undefined;
    if (named.kind === 'vllm') return this.enginesPage(endpoint);
    return nixlExporterPage(endpoint.engines[0]!.agent, this.scenario.exporter!, Math.floor(course.now / 5) + 100);
  }

  /** How far it is: milliseconds since the epoch. */
  get now(): number {
    return this.start + (this.deployment.course.now + this.skipped) * 1000;
  }

  private enginesPage(endpoint: Endpoint): string {
    const { frontEnd, shownBy } = this.scenario;
    const own = endpoint.statsDisabled ? [] : this.families.of(endpoint);
    if (shownBy === 'ray' || shownBy === 'ray-colon') return this.filled(endpoint, rayText(own, shownBy));
    // Dynamo passes on what vLLM counts, nothing of its process.
    if (shownBy === 'dynamo') return this.filled(endpoint, pythonText(own, SINGLE_PROCESS));
    if (frontEnd === 'rust') {
      const text = openMetricsText([...own, ...httpFamilies(endpoint, false)]);
      return `${this.filled(endpoint, text)}# EOF\n`;
    }
    const http = httpFamilies(endpoint, true);
    if (frontEnd === 'python-multi') return this.filled(endpoint, pythonText([...own, ...http], MULTI_PROCESS));
    const seconds = Math.max(0, (this.now - endpoint.startedAt) / 1000);
    return this.filled(endpoint, pythonText([...processFamilies(endpoint, seconds), ...own, ...http], SINGLE_PROCESS));
  }

  /** With as much that nobody wants as the scenario asks for. */
  private filled(endpoint: Endpoint, text: string): string {
    const { pageBytes, frontEnd } = this.scenario;
    if (pageBytes === undefined) return text;
    let filler = this.fillers.get(endpoint.label);
    if (filler?.startedAt !== endpoint.startedAt) {
      const style = { ...SINGLE_PROCESS, created: frontEnd === 'python' };
      const show = (routes: number) => {
        const family = routeFamily(endpoint, routes);
        return frontEnd === 'rust' ? openMetricsText([family]) : pythonText([family], style);
      };
      const shown = show(Math.round((pageBytes - text.length) / (show(100).length / 100)));
      filler = { startedAt: endpoint.startedAt, text: shown };
      this.fillers.set(endpoint.label, filler);
    }
    return text + filler.text;
  }
}

/**
 * Ray's agent: other names, no counter before it counted something, and every counter a second time as a gauge without
 * `_total`, which it keeps for those who asked for that (`RAY_EXPORT_COUNTER_AS_GAUGE`, on by default since Ray 2.10).
 */
function rayText(families: readonly Family[], shownBy: 'ray' | 'ray-colon'): string {
  const rename = (name: string) => (shownBy === 'ray' ? `ray_${name.replace(':', '_')}` : `ray_${name}`);
  const style: PythonStyle = { multiProcess: false, created: false, rename };
  const counted = families.flatMap((family): Family[] => {
    if (family.type === 'gauge') return [family];
    const rows = family.rows.filter(({ value }) => (typeof value === 'number' ? value > 0 : value.count > 0));
    if (rows.length === 0) return [];
    if (family.type !== 'counter') return [{ ...family, rows }];
    const help = `(DEPRECATED, use ${rename(family.name)}_total metric instead) ${family.help}`;
    return [
      { ...family, rows },
      { ...family, rows, type: 'gauge', help },
    ];
  });
  return pythonText(counted, style);
}
