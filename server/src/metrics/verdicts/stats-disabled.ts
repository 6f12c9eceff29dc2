import type { VerdictKind } from '../verdict';
import { flag } from './support/engines';

export const statsDisabled: VerdictKind = {
  id: 'stats-disabled',
  about:
    "A page without a single figure of vLLM. Either the engine runs with `--disable-log-stats`, which takes all of them away, or the port is not that of an engine's server.",
  *look({ endpoints }) {
    for (const { label, state } of endpoints) {
      if (state !== 'disabled') continue;
      yield {
        id: 'stats-disabled',
        severity: 'warning',
        title: 'No figures of vLLM',
        endpoint: label,
        engine: null,
        message: `The page of ${label} has no figure of vLLM: either the engine runs with \`--disable-log-stats\`, or this port belongs to something else, such as a proxy, a sidecar, or NIXL's own exporter before its first transfer. Remove the flag, or watch the port that vLLM itself serves.`,
        evidence: ['families of vLLM on the page: none'],
        settings: [flag('disable-log-stats'), flag('port')],
        sources: ['vllm:vllm/v1/metrics/loggers.py@v0.25.1'],
      };
    }
  },
};
