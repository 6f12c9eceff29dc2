import { FAILED } from '../model/families';
import type { VerdictKind } from '../verdict';
import { at, field, partnersOf, variable } from './support/engines';
import { expiredOf, failuresOf, finishedOf, known, sum } from './support/figures';
import { leaseOf, releaseOf } from './support/releases';
import { count, number, percent, stretch } from './support/words';

export const kvExpired: VerdictKind = {
  id: 'kv-expired',
  about:
    'Prefill freed KV that decode had not fetched in time. Decode is overloaded or gone, the lease is short, or requests were cancelled between prefill and decode.',
  *look(watched) {
    for (const engine of watched.engines) {
      const expired = expiredOf(engine);
      if (expired === null || expired <= 0) continue;
      const lease = leaseOf(releaseOf(watched, engine));
      const finished = finishedOf(engine);
      const failed = known(engine.counter(FAILED)) ?? 0;
      const failing = sum(partnersOf(watched, engine).map((one) => failuresOf(one) ?? 0)) ?? 0;
      const part = finished !== null && finished > expired ? ` (${percent(expired / finished)} of those finished)` : '';
      // Only who reads back from decode books both for the same block; push books failed writes here as well.
      const both = failed > 0 && failed <= expired;
      yield {
        id: 'kv-expired',
        severity: 'warning',
        title: 'KV expires unfetched',
        ...at(engine),
        message: `The KV of ${count(expired, 'request')}${part} was freed in the last ${stretch(engine.seconds)} before anybody had fetched it; requests that still come are computed again on decode or fail. ${
          failing > 0
            ? `Transfers fail at the same time (${number(failing)}): mend those first`
            : `See whether decode is overloaded or gone, or clients cancel; else raise ${lease.words}`
        }.`,
        evidence: [
          `expired: ${number(expired)}`,
          ...(finished === null ? [] : [`finished requests: ${number(finished)}`]),
          ...(both
            ? [
                `failed transfers: ${number(failed)}; with \`bidirectional_kv_xfer\` these can be the same blocks, which decode keeps for \`decoder_kv_blocks_ttl\``,
              ]
            : []),
        ],
        settings: [
          ...(lease.lease ? [field('kv_lease_duration')] : []),
          ...(lease.timeout ? [variable('VLLM_NIXL_ABORT_REQUEST_TIMEOUT')] : []),
          ...(both ? [field('decoder_kv_blocks_ttl', 'decode')] : []),
        ],
        side: engine.role === 'decode' ? 'decode' : 'prefill',
        sources: ['vllm#32340', 'vllm#41383', ...(both ? ['vllm#55854'] : [])],
      };
    }
  },
};
