import { cachedTokens, countFinish, countPrompt } from './bookkeeping';
import type { Course } from './course';
import type { Engine } from './engine';
import type { Request } from './request';
import { type RankTransfer, rankTransfers } from './transfers';

/** How often decode engines make tokens: seconds. */
const STEP = 0.2;

/** What decode engines do with requests: fetch their KV, or compute it, and make tokens. */
export class Decode {
  private readonly course: Course;
  private readonly release: (request: Request) => void;

  /** @param release tells prefill that the blocks of a request were read */
  constructor(course: Course, release: (request: Request) => void) {
    this.course = course;
    this.release = release;
  }

  /** Lets engines make tokens, each at its own moments. */
  begin(engines: readonly Engine[]): void {
    engines.forEach((engine, index) => {
      this.course.after((STEP * index) / engines.length, () => this.step(engine));
    });
  }

  arrive(engine: Engine, request: Request): void {
    const { now, faults, random } = this.course;
    request.decode = engine;
    request.local = random.chance(faults.withoutParameters);
    request.arrivedAt = now;
    request.startedAt = now;
    request.firstTokenAt = 0;
    engine.queue.push(request);
    this.admit(engine);
  }

  private admit(engine: Engine): void {
    while (engine.running.length + engine.loading.size < engine.shape.slots) {
      const request = engine.queue[0];
      if (!request) return;
      const tokens = request.promptTokens + (request.preempted ? request.outputTokens - request.left : 0);
      if (!engine.fits(tokens)) return;
      engine.queue.shift();
      engine.take(request, tokens);
      request.attempt++;
      if (request.local || request.preempted) this.compute(engine, request);
      else this.load(engine, request);
    }
  }

  /** Does something later, unless the engine started anew or took the blocks away meanwhile. */
  private later(engine: Engine, request: Request, seconds: number, act: () => void): void {
    const { life } = engine;
    const { attempt } = request;
    this.course.after(seconds, () => {
      if (engine.life === life && request.attempt === attempt) act();
    });
  }

  private compute(engine: Engine, request: Request): void {
    engine.loading.delete(request);
    engine.running.push(request);
    if (!request.preempted) request.startedAt = this.course.now;
    this.later(engine, request, request.held / engine.shape.prefillRate, () => {
      if (request.preempted) request.preempted = false;
      else {
        countPrompt(engine, request, 0, 0);
        this.firstToken(engine, request);
      }
    });
  }

  private load(engine: Engine, request: Request): void {
    const { faults, random, scenario } = this.course;
    const { prefixHits, prefixShare, blockSize } = engine.shape;
    const cached = random.chance(prefixHits) ? cachedTokens(engine, request.promptTokens, prefixShare) : 0;
    if (cached > 0 && request.promptTokens - cached <= blockSize) {
      this.useCache(engine, request, cached);
      return;
    }
    engine.loading.add(request);
    if (faults.stuck) return;
    if (faults.handshake.includes(request.prefill.endpoint.index) || isLost(request)) {
      this.later(engine, request, 0.05, () => this.fail(engine, request, 'not_found'));
      return;
    }
    const counting = scenario.connector === 'pull' ? engine : request.prefill;
    const ranks = rankTransfers(scenario, counting.shape, request.promptTokens - cached, random);
    const broken = random.chance(faults.transfers) ? Math.floor(random.next() * ranks.length) : -1;
    const { telemetryOff } = faults;
    const { life } = counting;
    ranks.forEach((rank, index) => {
      if (index === broken) return;
      this.course.after(rank.seconds, () => {
        if (counting.life === life && !isLost(request)) this.countTransfer(counting, rank, index === 0, telemetryOff);
      });
    });
    this.later(engine, request, Math.max(...ranks.map(({ seconds }) => seconds)), () => {
      if (broken >= 0 || isLost(request)) {
        this.fail(engine, request, 'remote_disconnect');
        return;
      }
      this.release(request);
      // With telemetry off the data moved and prefill was told: vLLM only does not believe it.
      if (telemetryOff) this.giveUp(engine, request);
      else this.loaded(engine, request, cached);
    });
  }

  private loaded(engine: Engine, request: Request, cached: number): void {
    engine.loading.delete(request);
    engine.running.push(request);
    request.startedAt = this.course.now;
    countPrompt(engine, request, cached, request.promptTokens - 1 - cached);
    this.firstToken(engine, request);
  }

  /** It has all whole blocks of the prompt: no data moves, prefill is only told. */
  private useCache(engine: Engine, request: Request, cached: number): void {
    const { faults, random, now } = this.course;
    if (random.chance(faults.notifications)) engine.counts.add('vllm:nixl_num_failed_notifications');
    else this.release(request);
    engine.running.push(request);
    request.startedAt = now;
    countPrompt(engine, request, cached, 0);
    this.firstToken(engine, request);
  }

  private countTransfer(engine: Engine, rank: RankTransfer, first: boolean, telemetryOff: boolean): void {
    const { counts, agent } = engine;
    if (telemetryOff) {
      counts.add('vllm:nixl_num_failed_transfers');
      if (first) agent.failed('no_telemetry');
      return;
    }
    counts.observe('vllm:nixl_xfer_time_seconds', rank.seconds);
    counts.observe('vllm:nixl_post_time_seconds', rank.postSeconds);
    counts.observe('vllm:nixl_bytes_transferred', rank.bytes);
    counts.observe('vllm:nixl_num_descriptors', rank.descriptors);
    const direction = this.course.scenario.connector === 'pull' ? 'read' : 'write';
    if (first) agent.transferred(direction, rank.bytes, rank.seconds, rank.postSeconds);
  }

  private fail(engine: Engine, request: Request, status: string): void {
    const counting = this.course.scenario.connector === 'pull' ? engine : request.prefill;
    if (counting === engine || !isLost(request)) {
      counting.counts.add('vllm:nixl_num_failed_transfers');
      counting.agent.failed(status);
    }
    this.giveUp(engine, request);
  }

  private giveUp(engine: Engine, request: Request): void {
    if (this.course.faults.policy === 'recompute') {
      this.compute(engine, request);
      return;
    }
    engine.loading.delete(request);
    engine.free(request);
    request.computedTokens = 0;
    countFinish(engine, request, this.course.now, 'error', 0);
    this.admit(engine);
  }

  private firstToken(engine: Engine, request: Request): void {
    const { random, now } = this.course;
    request.firstTokenAt = now + (engine.shape.tokenMs / 1000) * random.spread(0.1);
    engine.counts.observe('vllm:time_to_first_token_seconds', request.firstTokenAt - request.arrivedAt);
    engine.counts.add('vllm:generation_tokens');
    engine.take(request, 1);
    request.left = request.outputTokens - 1;
    request.progress = 0;
  }

  /** Tokens of everybody that runs. */
  private step(engine: Engine): void {
    const { course } = this;
    course.after(STEP, () => this.step(engine));
    const load = engine.running.length / engine.shape.slots;
    const tokenSeconds = (engine.shape.tokenMs / 1000) * (1 + 1.5 * load) * course.random.spread(0.06);
    let made = 0;
    for (const request of [...engine.running]) {
      if (request.firstTokenAt === 0 || request.firstTokenAt > course.now || request.preempted) continue;
      request.progress += Math.min(STEP, course.now - request.firstTokenAt) / tokenSeconds;
      const tokens = Math.min(request.left, Math.floor(request.progress));
      request.progress -= tokens;
      request.left -= tokens;
      made += tokens;
      engine.take(request, tokens);
      if (tokens > 0) {
        engine.counts.observe('vllm:inter_token_latency_seconds', tokenSeconds * course.random.spread(0.08), tokens);
      }
      if (request.left === 0) this.finish(engine, request);
    }
    if (made > 0) {
      engine.counts.add('vllm:generation_tokens', made);
      const steps = Math.max(1, Math.round(STEP / tokenSeconds));
      engine.counts.observe('vllm:iteration_tokens_total', made / steps, steps);
    }
    this.preempt(engine);
    this.admit(engine);
  }

  private finish(engine: Engine, request: Request): void {
    engine.remove(request);
    engine.free(request);
    countFinish(
      engine,
      request,
      this.course.now,
      this.course.random.chance(0.15) ? 'length' : 'stop',
      request.outputTokens,
    );
  }

  /** Where blocks run out, requests that came last give theirs back and begin again when there is room. */
  private preempt(engine: Engine): void {
    while (engine.used > engine.capacity) {
      const request = engine.running.findLast(({ firstTokenAt, preempted }) => firstTokenAt > 0 && !preempted);
      if (!request) return;
      engine.remove(request);
      engine.free(request);
      engine.counts.add('vllm:num_preemptions');
      request.preempted = true;
      request.attempt++;
      engine.queue.unshift(request);
    }
  }
}

/** The engine that held its KV has started anew. */
function isLost({ prefill, prefillLife }: Request): boolean {
  return prefill.life !== prefillLife;
}
