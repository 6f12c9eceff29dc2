import type { VerdictKind } from '../verdict';

export const endpointShared: VerdictKind = {
  id: 'endpoint-shared',
  about:
    'Several servers answer at one address, as behind a load balancer. What each counted between its own pages is added up; servers that did not answer are missing, and whatever is of a moment is that of the last one.',
  *look({ endpoints }) {
    for (const { label, shared } of endpoints) {
      if (!shared) continue;
      yield {
        id: 'endpoint-shared',
        severity: 'warning',
        title: 'Several servers at one address',
        endpoint: label,
        engine: null,
        message: `Several servers answer at the address of ${label} in turns, so that its figures mix engines and lag behind. Watch each engine at its own address: the pods rather than the Service, or the servers behind the load balancer.`,
        evidence: ['a page of a process that another one had followed came again (`process_start_time_seconds`)'],
        settings: [],
        sources: [],
      };
    }
  },
};
