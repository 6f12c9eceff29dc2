import { Counts, tokenEdges } from './counts';
import { NixlAgent } from './nixl-agent';
import type { Random } from './random';
import type { Request } from './request';
import type { Scenario, Side, SideName } from './scenario';

/** An engine of vLLM: one data-parallel rank. */
export class Engine {
  readonly endpoint: Endpoint;
  readonly side: SideName;
  readonly shape: Side;
  /** Among all engines of its side. */
  readonly index: number;
  /** The label `engine`. */
  readonly rank: number;
  readonly agent: NixlAgent;
  counts: Counts;
  /** Counts restarts: what an earlier life planned does not happen. */
  life = 0;
  queue: Request[] = [];
  running: Request[] = [];
  /** Requests whose KV is on its way. */
  loading = new Set<Request>();
  /** Prompts that wait to be fetched: until when. */
  readonly leases = new Map<Request, number>();
  /** Tokens whose KV is held. */
  used = 0;
  asleep = false;
  private readonly edges: readonly number[];

  constructor(scenario: Scenario, endpoint: Endpoint, index: number, rank: number, random: Random) {
    this.endpoint = endpoint;
    this.side = endpoint.side;
    this.shape = endpoint.shape;
    this.index = index;
    this.rank = rank;
    this.edges = tokenEdges(scenario.model.maxModelLen, scenario.frontEnd);
    this.counts = new Counts(this.edges);
    this.agent = new NixlAgent(endpoint.host, random);
    this.agent.register(this.capacity * (scenario.model.bytesPerToken / this.shape.tensorParallel));
  }

  /** Tokens whose KV fits. */
  get capacity(): number {
    return this.shape.blockSize * this.shape.gpuBlocks;
  }

  /** As vLLM tells it: 0–1. */
  get usage(): number {
    return Math.min(1, this.used / this.capacity);
  }

  get busy(): number {
    return this.queue.length + this.running.length + this.loading.size;
  }

  fits(tokens: number): boolean {
    return this.used + tokens <= this.capacity;
  }

  /** Takes blocks for a request on decode. */
  take(request: Request, tokens: number): void {
    request.held += tokens;
    this.used += tokens;
  }

  /** Gives back all blocks of a request on decode. */
  free(request: Request): void {
    this.used -= request.held;
    request.held = 0;
  }

  remove(request: Request): void {
    this.running = this.running.filter((other) => other !== request);
  }

  /** Everything that it knew is gone. */
  restart(): void {
    this.life++;
    this.counts = new Counts(this.edges);
    this.agent.restart();
    this.queue = [];
    this.running = [];
    this.loading = new Set();
    this.leases.clear();
    this.used = 0;
  }
}

/** One HTTP server: a process of vLLM with its engines. */
export class Endpoint {
  readonly label: string;
  readonly side: SideName;
  readonly shape: Side;
  readonly index: number;
  readonly host: string;
  readonly statsDisabled: boolean;
  readonly engines: Engine[] = [];
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Seconds of the simulation: nobody answers before, and it takes no requests before. */
  silentUntil = Number.NEGATIVE_INFINITY;
  startingUntil = Number.NEGATIVE_INFINITY;
  /** What Ray and Dynamo call the process. */
  readonly workerId: string;
  readonly replicaId: string;
  readonly pid: number;

  constructor(label: string, side: SideName, shape: Side, index: number, startedAt: number, random: Random) {
    this.label = label;
    this.side = side;
    this.shape = shape;
    this.index = index;
    this.host = `vllm-${label}-${random.hex(5)}`;
    this.statsDisabled = shape.statsDisabled?.includes(index) === true;
    this.startedAt = startedAt;
    this.workerId = random.hex(16);
    this.replicaId = random.hex(8);
    this.pid = 200 + Math.floor(random.next() * 700);
  }
}
