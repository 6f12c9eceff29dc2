import type { Random } from './random';
import type { Scenario, Side } from './scenario';

/** One transfer handle: what one rank of an engine moves for one request. */
export interface RankTransfer {
  readonly bytes: number;
  readonly descriptors: number;
  readonly postSeconds: number;
  /** The time to post is part of it. */
  readonly seconds: number;
}

/** The transfers of all ranks for the KV of so many tokens: always whole blocks. */
export function rankTransfers(
  { model, link }: Scenario,
  { blockSize, tensorParallel }: Side,
  tokens: number,
  random: Random,
): RankTransfer[] {
  const blocks = Math.ceil(tokens / blockSize);
  const bytes = (blocks * blockSize * model.bytesPerToken) / tensorParallel;
  const descriptors = blocks * model.piecesPerBlock;
  return Array.from({ length: tensorParallel }, () => {
    const post = (link.postMs / 1000 + (descriptors * link.postUsPerDescriptor) / 1e6) * random.spread(0.2);
    const onTheWay = (bytes / (link.megabytesPerSecond * 1e6)) * random.spread(link.spread);
    // NIXL's telemetry counts whole microseconds.
    const postSeconds = micro(post);
    return { bytes, descriptors, postSeconds, seconds: micro(postSeconds + link.latencyMs / 1000 + onTheWay) };
  });
}

function micro(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1e6)) / 1e6;
}
