import { ITL } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { at, hintsOf, variable } from './support/engines';
import { known, type Traffic, traffic } from './support/figures';
import { kibibytes, milliseconds, number, stretch } from './support/words';

/** Steps of an engine that a mean transfer has to last, for the rate to be that of the wire. */
const STEPS = 3;

export const tcpLikeThroughput: VerdictKind = {
  id: 'tcp-like-throughput',
  about:
    'Transfers are as slow as over TCP although the configuration asks for RDMA. Said only where it does, and where transfers are large, few at a time, of few pieces, and much longer than a step of the engine: else the rate is that of something else.',
  *look(watched) {
    for (const engine of watched.engines) {
      if (hintsOf(watched, engine)?.rdmaConfigured !== true) continue;
      const figures = traffic(engine);
      if (!figures || !isJudged(watched, engine, figures)) continue;
      const { tcpLikeMBps } = watched.thresholds;
      // Transfers at one time share the wire.
      const together = figures.MBps * Math.max(1, figures.seconds / engine.seconds);
      if (together >= tcpLikeMBps) continue;
      yield {
        id: 'tcp-like-throughput',
        severity: 'warning',
        title: 'As slow as TCP',
        ...at(engine),
        message: `A transfer runs at ${number(figures.MBps)} MB/s, as over TCP, although RDMA is configured; below ${number(tcpLikeMBps)} MB/s the network cards are probably not used. Run with \`UCX_LOG_LEVEL=info\` to see the transports that UCX chooses, and check \`UCX_TLS\` and \`UCX_NET_DEVICES\`; a link that others load too would look the same.`,
        evidence: [
          `transfers in the last ${stretch(engine.seconds)}: ${number(figures.transfers)}`,
          `mean: ${number(figures.meanMB)} MB in ${milliseconds(figures.meanMs)}`,
          `at one time, on average: ${number(figures.seconds / engine.seconds)}`,
          ...(figures.bytesPerDescriptor === null
            ? []
            : [`bytes of one descriptor: ${kibibytes(figures.bytesPerDescriptor)}`]),
        ],
        settings: [variable('UCX_TLS'), variable('UCX_NET_DEVICES')],
        ...(engine.role === 'prefill' || engine.role === 'decode' ? { side: engine.role } : {}),
        sources: ['vllm#25388', 'nixl:src/core/nixl_agent.cpp@v1.4.0'],
      };
    }
  },
};

/** NIXL takes the time of a transfer until vLLM asks again, which it does once a step. */
function isJudged({ thresholds }: Watched, engine: EngineWindow, figures: Traffic): boolean {
  if (figures.transfers < thresholds.fewestTransfers || figures.meanMB < thresholds.judgedTransferMB) return false;
  if (figures.postShare !== null && figures.postShare > thresholds.postShare) return false;
  if (figures.bytesPerDescriptor !== null && figures.bytesPerDescriptor < thresholds.fragmentBytes) return false;
  const steps = engine.histogram(ITL);
  const stepMs = steps && steps.count > 0 ? known((1000 * steps.sum) / steps.count) : null;
  return stepMs === null || figures.meanMs >= STEPS * stepMs;
}
