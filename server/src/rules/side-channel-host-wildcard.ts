import { rule } from './rule';
import { isQuoted, known, podAddressAdvice, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { otherSide, placementOf, thisSide } from './support/placement';
import { code } from './support/words';

export const sideChannelHostWildcard = rule({
  id: 'side-channel-host-wildcard',
  title: 'Side channel on a wildcard address',
  category: 'side-channel',
  severity: 'error',
  description: `
\`0.0.0.0\`, \`::\` and \`*\` are fine to bind and useless to dial, and vLLM uses the same value for both: the other side
connects to \`0.0.0.0\`, which Linux takes for itself, and \`*\` it cannot connect to at all.

\`0.0.0.0\` is a warning, not an error, because some routers put the prefill engine's own address over it (AIBrix's gateway,
the production-stack router in one of its modes); a workload of AIBrix is not reported. On one host it works by accident.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'https://github.com/volcano-sh/kthena/issues/503',
    'https://github.com/vllm-project/production-stack/blob/main/src/vllm_router/services/request_service/request.py',
  ],
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      if (!usesNixl(engine) || opensSideChannel(engine) === 'no' || engine.addressRewrittenBy) continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text) || hostShape(host.text) !== 'wildcard') continue;
      const dialled = isDialled(engine);
      if (dialled === 'no') continue;
      const { where } = placementOf(engine, deployment);
      const never = host.text === '*';
      if (where === 'together' && !never) continue;
      const sent = `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}, which ${thisSide(engine)} also sends to ${otherSide(engine)} as its address`;
      const outcome = never ? 'nobody can dial that' : 'unless the router replaces it, the other side will dial itself';
      const severity = never && dialled === 'yes' ? 'error' : where === 'unknown' && !never ? 'info' : 'warning';
      yield finding(
        valuePlace(host.variable),
        severity,
        `${sent}: ${outcome}. ${podAddressAdvice(host.variable, engine)}.`,
        [usePodAddress(host.variable, engine)],
      );
    }
  },
  examples: [],
});
