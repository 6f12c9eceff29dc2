import { LATE } from '../model/families';
import type { VerdictKind } from '../verdict';
import { at, field } from './support/engines';
import { expiredOf, known } from './support/figures';
import { count, number, stretch } from './support/words';

export const lateNotifications: VerdictKind = {
  id: 'late-notifications',
  about:
    'Decode said that it had read KV after prefill had freed it. Other requests may have been in those blocks by then, so that answers can be wrong although every request succeeds.',
  *look({ engines }) {
    for (const engine of engines) {
      const late = known(engine.counter(LATE));
      if (late === null || late <= 0) continue;
      const expired = expiredOf(engine);
      yield {
        id: 'late-notifications',
        severity: 'critical',
        title: 'Decode read freed KV',
        ...at(engine),
        message: `${count(late, 'read')} in the last ${stretch(engine.seconds)} ended after prefill had freed the blocks: decode may have used the KV of another request and answered wrong, without any error. Raise \`kv_lease_duration\` on both sides (30 s unless it is set), and find out what delays decode.`,
        evidence: [
          `notifications after expiry: ${number(late)}`,
          ...(expired === null ? [] : [`expired: ${number(expired)}`]),
        ],
        settings: [field('kv_lease_duration'), field('kv_lease_duration', 'decode')],
        side: 'prefill',
        sources: ['vllm#55854', 'vllm#41383'],
      };
    }
  },
};
