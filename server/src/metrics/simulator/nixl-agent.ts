import { lookupMetric } from '../../knowledge';
import { Buckets } from './counts';
import type { Random } from './random';

/** What NIXL itself counts for one agent. Of the ranks of an engine only the first one shows its figures. */
export class NixlAgent {
  readonly host: string;
  name: string;
  sentBytes = 0;
  receivedBytes = 0;
  sentRequests = 0;
  receivedRequests = 0;
  lastSent = 0;
  lastReceived = 0;
  registered = 0;
  /** Microseconds. */
  transferTime = 0;
  postTime = 0;
  lastTransferTime = 0;
  lastPostTime = 0;
  transferTimes = emptyBuckets();
  postTimes = emptyBuckets();
  readonly errors = new Map<string, number>();
  private readonly random: Random;

  constructor(host: string, random: Random) {
    this.host = host;
    this.random = random;
    this.name = uuid(random);
  }

  register(bytes: number): void {
    this.registered = Math.round(bytes);
  }

  /** Reading counts as received, writing as sent. */
  transferred(direction: 'read' | 'write', bytes: number, seconds: number, postSeconds: number): void {
    if (direction === 'read') {
      this.receivedBytes += bytes;
      this.receivedRequests++;
      this.lastReceived = bytes;
    } else {
      this.sentBytes += bytes;
      this.sentRequests++;
      this.lastSent = bytes;
    }
    this.lastTransferTime = Math.round(seconds * 1e6);
    this.lastPostTime = Math.round(postSeconds * 1e6);
    this.transferTime += this.lastTransferTime;
    this.postTime += this.lastPostTime;
    this.transferTimes.observe(this.lastTransferTime);
    this.postTimes.observe(this.lastPostTime);
  }

  failed(status: string): void {
    this.errors.set(status, (this.errors.get(status) ?? 0) + 1);
  }

  /** vLLM gives its agents a new name each time. */
  restart(): void {
    this.name = uuid(this.random);
    this.sentBytes = this.receivedBytes = this.sentRequests = this.receivedRequests = 0;
    this.lastSent = this.lastReceived = 0;
    this.transferTime = this.postTime = this.lastTransferTime = this.lastPostTime = 0;
    this.transferTimes = emptyBuckets();
    this.postTimes = emptyBuckets();
    this.errors.clear();
  }
}

function emptyBuckets(): Buckets {
  return new Buckets(lookupMetric('agent_xfer_time_us')!.buckets!);
}

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
}
