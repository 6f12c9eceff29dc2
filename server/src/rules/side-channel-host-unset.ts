import { rule } from './rule';
import { podAddressAdvice, SIDE_CHANNEL_HOST } from './support/environment';
import { finding } from './support/findings';
import { isDialled, opensSideChannel } from './support/nixl-engine';
import { holder, otherSide, placementOf, thisSide } from './support/placement';
import { code } from './support/words';

const PLAIN_ENTRIES = new Set(['vllm serve', 'api_server', 'image']);

export const sideChannelHostUnset = rule({
  id: 'side-channel-host-unset',
  title: 'Side-channel host not set, so that it is localhost',
  category: 'side-channel',
  severity: 'error',
  description: `
Without \`VLLM_NIXL_SIDE_CHANNEL_HOST\` vLLM binds its handshake listener to \`localhost\` and tells the other side to dial
that. Between two pods or containers the decoder then reaches itself.

Nothing is reported where something that we cannot see may set it: an unresolved \`envFrom\`, an image of your own, an
overlay, an operator, a wrapper script; nor for Dynamo and Ray Serve, which set it themselves.`,
  sources: ['vllm#27083', 'vllm#53018', 'vllm:vllm/envs.py@v0.25.1'],
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      if (!PLAIN_ENTRIES.has(engine.entry) || opensSideChannel(engine) !== 'yes') continue;
      if (!engine.environment.absent(SIDE_CHANNEL_HOST) || isDialled(engine) !== 'yes') continue;
      const { kind } = engine.network;
      if (kind !== 'pod' && kind !== 'container') continue;
      const { where, peer } = placementOf(engine, deployment);
      if (where !== 'apart' && where !== 'alone') continue;
      const missing = `${code(SIDE_CHANNEL_HOST)} is not set, so ${thisSide(engine)} tells ${otherSide(engine)} to dial \`localhost\``;
      const outcome =
        where === 'apart' && peer
          ? `${otherSide(engine)} in another ${holder(peer)} will dial itself`
          : `outside this ${holder(engine)} it will dial itself`;
      yield finding(
        engine.place,
        where === 'apart' ? 'error' : 'warning',
        `${missing}: ${outcome}. Set it. ${podAddressAdvice(undefined, engine)}.`,
        [],
        peer ? [{ place: peer.place, message: `${thisSide(peer)} runs in ${peer.network.label}` }] : [],
      );
    }
  },
  examples: [],
});
