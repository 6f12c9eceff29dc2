import { rule } from './rule';
import { isQuoted, known, podAddressAdvice, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { holder, otherSide, placementOf, thisSide } from './support/placement';
import { code } from './support/words';

export const sideChannelHostLoopback = rule({
  id: 'side-channel-host-loopback',
  title: 'Side channel on a loopback address while the peer runs elsewhere',
  category: 'side-channel',
  severity: 'error',
  description: `
\`VLLM_NIXL_SIDE_CHANNEL_HOST\` is used twice: the engine binds its handshake listener to it, and sends it to the other side
as the address to dial. There is no separate setting for the second. With \`localhost\` (also the default) the decoder dials
itself: its own listener answers with another engine id, or nobody answers, and the request fails or is computed again.

An error when both roles are in sight and live in different pods or containers, a warning when only one is, nothing when
they share a network namespace, where \`localhost\` is right. A consumer that pulls is never dialled: there it is only noted.`,
  sources: [
    'vllm#27083',
    'vllm#53018',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
  ],
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      if (!usesNixl(engine) || opensSideChannel(engine) === 'no') continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text) || hostShape(host.text) !== 'loopback') continue;
      const { where, peer } = placementOf(engine, deployment);
      if (where === 'together' || where === 'unknown') continue;
      const dialled = isDialled(engine);
      const place = valuePlace(host.variable);
      const fixes = [usePodAddress(host.variable, engine)];
      const is = `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}`;
      if (dialled === 'no') {
        yield finding(
          place,
          'info',
          `${is}: nobody dials a decoder that pulls, but with a push connector or \`bidirectional_kv_xfer\` the other side would dial itself. ${podAddressAdvice(host.variable, engine)}.`,
          fixes,
        );
        continue;
      }
      const sent = `${is}, which ${thisSide(engine)} also sends to ${otherSide(engine)} as its address`;
      const advice = podAddressAdvice(host.variable, engine);
      if (where === 'apart' && peer) {
        yield finding(
          place,
          dialled === 'yes' ? 'error' : 'warning',
          `${sent}: ${otherSide(engine)} in another ${holder(peer)} will dial itself. ${advice}.`,
          fixes,
          [{ place: peer.place, message: `${thisSide(peer)} runs in ${peer.network.label}` }],
        );
      } else if (where === 'scattered') {
        yield finding(
          place,
          'warning',
          `${sent}: ${otherSide(engine)} on another host will dial itself. ${advice}.`,
          fixes,
        );
      } else {
        yield finding(
          place,
          'warning',
          `${sent}: outside this ${holder(engine)} it will dial itself. ${advice}.`,
          fixes,
        );
      }
    }
  },
  examples: [],
});
