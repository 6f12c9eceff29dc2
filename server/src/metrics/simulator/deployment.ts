import { cachedTokens } from './bookkeeping';
import { Course } from './course';
import { Decode } from './decode';
import { Endpoint, Engine } from './engine';
import { Prefill } from './prefill';
import { Random } from './random';
import type { Request } from './request';
import type { Happening, ListedRequest, Scenario, SideName } from './scenario';

/** A deployment at work: who its engines are, what comes to them, and what befalls them. */
export class SimulatedDeployment {
  readonly scenario: Scenario;
  readonly endpoints: readonly Endpoint[];
  readonly course: Course;
  private readonly prefillEngines: readonly Engine[];
  private readonly decodeEngines: readonly Engine[];
  private readonly prefill: Prefill;
  private readonly epoch: number;

  /** @param epoch milliseconds at second 0 */
  constructor(scenario: Scenario, seed: number, epoch: number) {
    this.scenario = scenario;
    this.epoch = epoch;
    this.course = new Course(scenario, new Random(seed));
    this.endpoints = [...this.build('prefill'), ...this.build('decode')];
    this.prefillEngines = this.enginesOf('prefill');
    this.decodeEngines = this.enginesOf('decode');
    const decode = new Decode(this.course, (request) => this.prefill.release(request));
    this.prefill = new Prefill(this.course, (request) => {
      const engine = this.choose(this.decodeEngines);
      if (engine) decode.arrive(engine, request);
    });
    decode.begin(this.decodeEngines);
    this.plan();
  }

  private build(side: SideName): Endpoint[] {
    const { random } = this.course;
    const shape = this.scenario[side];
    return Array.from({ length: shape.endpoints }, (_, index) => {
      const label = shape.endpoints === 1 ? side : `${side}-${index}`;
      const startedAt = this.epoch - Math.round((this.scenario.warmUp + 20 + 40 * random.next()) * 1000);
      const endpoint = new Endpoint(label, side, shape, index, startedAt, random);
      for (let rank = 0; rank < shape.dataParallel; rank++) {
        endpoint.engines.push(new Engine(this.scenario, endpoint, index * shape.dataParallel + rank, rank, random));
      }
      return endpoint;
    });
  }

  private enginesOf(side: SideName): Engine[] {
    return this.endpoints.filter((endpoint) => endpoint.side === side).flatMap(({ engines }) => engines);
  }

  private plan(): void {
    const { load, happenings } = this.scenario;
    if (load.kind === 'curve') this.awaitNext();
    else for (const request of load.requests) this.course.at(request.at, () => this.arrive(request));
    for (const happening of happenings) this.course.at(happening.at, () => this.happen(happening));
  }

  private awaitNext(): void {
    const { load, model } = this.scenario;
    if (load.kind !== 'curve' || load.perEngine === 0) return;
    const { course } = this;
    const pairs = Math.min(this.prefillEngines.length, this.decodeEngines.length);
    const wave = 1 + load.swing * Math.sin((2 * Math.PI * course.now) / load.period);
    // Prompts that no engine has room for would wait for ever.
    const most = Math.min(model.maxModelLen, this.prefillEngines[0]!.capacity, this.decodeEngines[0]!.capacity) / 2;
    course.after(course.random.untilNext(Math.max(0.001, load.perEngine * pairs * wave)), () => {
      const tokens = (mean: number, spread: number) =>
        Math.min(most, Math.max(2, Math.round(mean * course.random.spread(spread))));
      this.arrive({
        at: course.now,
        promptTokens: tokens(load.promptTokens, load.promptSpread),
        outputTokens: tokens(load.outputTokens, load.outputSpread),
      });
      this.awaitNext();
    });
  }

  private arrive({ promptTokens, outputTokens }: ListedRequest): void {
    const { now, random } = this.course;
    const prefill = this.choose(this.prefillEngines);
    if (!prefill) return;
    const { prefixHits, prefixShare } = prefill.shape;
    const request: Request = {
      promptTokens,
      outputTokens,
      knownTokens: random.chance(prefixHits) ? cachedTokens(prefill, promptTokens, prefixShare) : 0,
      prefill,
      prefillLife: prefill.life,
      arrivedAt: now,
      startedAt: now,
      firstTokenAt: 0,
      computedTokens: 0,
      local: false,
      preempted: false,
      attempt: 0,
      left: 0,
      progress: 0,
      held: 0,
    };
    this.prefill.arrive(request);
  }

  /** By the weights of the side, or the least busy one. */
  private choose(engines: readonly Engine[]): Engine | undefined {
    const { now, random } = this.course;
    const able = engines.filter(({ asleep, endpoint }) => !asleep && endpoint.startingUntil <= now);
    const weights = able[0]?.shape.weights;
    if (weights === undefined) {
      const fewest = Math.min(...able.map(({ busy }) => busy));
      const idle = able.filter(({ busy }) => busy === fewest);
      return idle[Math.floor(random.next() * idle.length)];
    }
    const weight = ({ index }: Engine) => weights[index % weights.length]!;
    let left = random.next() * able.reduce((sum, engine) => sum + weight(engine), 0);
    return able.find((engine) => {
      left -= weight(engine);
      return left < 0;
    });
  }

  private happen(happening: Happening): void {
    const { course } = this;
    if (happening.every !== undefined) course.after(happening.every, () => this.happen(happening));
    if (happening.kind === 'faults') {
      course.faults = { ...course.faults, ...happening.faults };
      return;
    }
    const endpoint = this.endpoints.find(({ side, index }) => side === happening.side && index === happening.endpoint);
    if (!endpoint) return;
    const until = course.now + happening.seconds;
    switch (happening.kind) {
      case 'sleep':
        for (const engine of endpoint.engines) engine.asleep = true;
        course.at(until, () => {
          for (const engine of endpoint.engines) engine.asleep = false;
        });
        return;
      case 'restart':
        for (const engine of endpoint.engines) engine.restart();
        endpoint.startingUntil = until;
        endpoint.startedAt = this.epoch + Math.round((course.now + happening.seconds / 4) * 1000);
        break;
      case 'outage':
        break;
    }
    endpoint.silentUntil = until;
  }
}
