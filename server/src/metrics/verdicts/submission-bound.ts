import type { VerdictKind } from '../verdict';
import { at, field, flag, sideOf } from './support/engines';
import { traffic } from './support/figures';
import { milliseconds, number, percent, stretch } from './support/words';

export const submissionBound: VerdictKind = {
  id: 'submission-bound',
  about:
    'Most of the time of a transfer goes by while it is handed to NIXL, which is a part of it. Many descriptors are the usual reason.',
  *look({ engines, thresholds }) {
    for (const engine of engines) {
      const figures = traffic(engine);
      if (!figures || figures.transfers < thresholds.fewestTransfers) continue;
      const { postShare, meanPostMs, meanMs } = figures;
      if (postShare === null || meanPostMs === null) continue;
      if (postShare <= thresholds.postShare || meanPostMs < thresholds.judgedPostMs) continue;
      const descriptors = figures.bytesPerDescriptor && figures.bytes / figures.bytesPerDescriptor / figures.transfers;
      yield {
        id: 'submission-bound',
        severity: 'info',
        title: 'Submitting takes longest',
        ...at(engine),
        message: `Of ${milliseconds(meanMs)} that a transfer takes, ${milliseconds(meanPostMs)} (${percent(Math.min(1, postShare))}) go by before it is under way. Fewer descriptors help, by a larger \`--block-size\` on both sides or \`enable_cross_layers_blocks\`; so can more \`num_threads\`.`,
        evidence: [
          `transfers in the last ${stretch(engine.seconds)}: ${number(figures.transfers)}`,
          `mean time: ${milliseconds(meanMs)}, of it posting: ${milliseconds(meanPostMs)}`,
          ...(descriptors ? [`descriptors of one transfer: ${number(Math.round(descriptors))}`] : []),
        ],
        settings: [flag('block-size'), field('enable_cross_layers_blocks'), field('num_threads')],
        side: sideOf(engine) ?? 'decode',
        sources: ['vllm#25388', 'vllm#27196'],
      };
    }
  },
};
