import { countFinish, countPrompt } from './bookkeeping';
import type { Course } from './course';
import type { Engine } from './engine';
import type { Request } from './request';

/** What prefill engines do with requests: compute the prompt, keep its KV until it is fetched or its lease runs out. */
export class Prefill {
  private readonly course: Course;
  private readonly handOver: (request: Request) => void;

  constructor(course: Course, handOver: (request: Request) => void) {
    this.course = course;
    this.handOver = handOver;
  }

  arrive(request: Request): void {
    request.prefill.queue.push(request);
    this.start(request.prefill);
  }

  /** Decode has read the blocks, and says so: in time or too late. */
  release(request: Request): void {
    const { prefill } = request;
    if (prefill.life !== request.prefillLife) return;
    if (prefill.leases.delete(request)) this.giveBack(prefill, request);
    else if (this.course.scenario.connector === 'pull') prefill.counts.add('vllm:nixl_num_notifications_after_expiry');
  }

  private start(engine: Engine): void {
    const { course } = this;
    while (engine.running.length < engine.shape.slots) {
      const request = engine.queue[0];
      if (!request || !engine.fits(request.promptTokens)) return;
      engine.queue.shift();
      engine.running.push(request);
      engine.used += request.promptTokens;
      request.startedAt = course.now;
      request.prefillLife = engine.life;
      const tokens = request.promptTokens - request.knownTokens;
      // Those that run at once share the engine.
      const seconds = 0.004 + (tokens * engine.running.length) / engine.shape.prefillRate;
      const { life } = engine;
      course.after(seconds * course.random.spread(0.1), () => {
        if (engine.life === life) this.finish(engine, request);
      });
    }
  }

  private finish(engine: Engine, request: Request): void {
    const { course } = this;
    engine.remove(request);
    request.firstTokenAt = course.now;
    countPrompt(engine, request, request.knownTokens, 0);
    engine.counts.observe('vllm:time_to_first_token_seconds', course.now - request.arrivedAt);
    engine.counts.add('vllm:generation_tokens');
    // Prefill is asked for one token: that is the whole length.
    countFinish(engine, request, course.now, 'length', 1);
    this.lease(engine, request);
    const { faults, random } = course;
    if (!faults.decodeSilent && !random.chance(faults.abandoned)) {
      course.after(faults.hopSeconds * random.spread(0.5), () => this.handOver(request));
    }
    this.start(engine);
  }

  private lease(engine: Engine, request: Request): void {
    const { course } = this;
    const until = course.now + course.faults.leaseSeconds;
    engine.leases.set(request, until);
    course.at(until, () => {
      if (engine.leases.get(request) !== until) return;
      // Reading keeps the lease alive.
      if (request.decode?.loading.has(request)) {
        this.lease(engine, request);
        return;
      }
      engine.leases.delete(request);
      engine.counts.add('vllm:nixl_num_kv_expired_reqs');
      this.giveBack(engine, request);
    });
  }

  private giveBack(engine: Engine, request: Request): void {
    engine.used -= request.promptTokens;
    this.start(engine);
  }
}
