import type { VerdictKind } from '../verdict';
import { at, field, flag, sideOf } from './support/engines';
import { traffic } from './support/figures';
import { kibibytes, number, stretch } from './support/words';

export const smallDescriptors: VerdictKind = {
  id: 'small-descriptors',
  about:
    'KV moves slowly and in many small pieces. Larger blocks, or blocks across layers, make fewer of them. Only where transfers are large enough to be judged.',
  *look({ engines, thresholds }) {
    for (const engine of engines) {
      const figures = traffic(engine);
      if (!figures || figures.transfers < thresholds.fewestTransfers) continue;
      const { bytesPerDescriptor, MBps, meanMB } = figures;
      if (bytesPerDescriptor === null || bytesPerDescriptor >= thresholds.fragmentBytes) continue;
      if (MBps >= thresholds.tcpLikeMBps || meanMB < thresholds.judgedTransferMB) continue;
      yield {
        id: 'small-descriptors',
        severity: 'info',
        title: 'KV in small pieces',
        ...at(engine),
        message: `A transfer of ${number(meanMB)} MB consists of pieces of ${kibibytes(bytesPerDescriptor)} and runs at ${number(MBps)} MB/s; each piece costs time of its own. A larger \`--block-size\` on both sides, or \`enable_cross_layers_blocks\`, makes fewer and larger ones.`,
        evidence: [
          `transfers in the last ${stretch(engine.seconds)}: ${number(figures.transfers)}`,
          `bytes of one descriptor: ${kibibytes(bytesPerDescriptor)}`,
          `rate of one transfer: ${number(MBps)} MB/s`,
        ],
        settings: [flag('block-size'), field('enable_cross_layers_blocks')],
        side: sideOf(engine) ?? 'decode',
        sources: ['vllm#33339', 'vllm#50913'],
      };
    }
  },
};
