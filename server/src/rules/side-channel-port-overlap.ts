import type { Certainty } from '../knowledge/version';
import type { Engine } from '../model';
import { type Finding, rule, type Severity } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { finding } from './support/findings';
import { defaultPort } from './support/listening-flags';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { runTogether, sameAddress, sideChannelHost } from './support/same-socket';
import {
  commonPorts,
  type Era,
  erasOf,
  eraWords,
  inheritSamePort,
  type Listeners,
  listenersOf,
  portWords,
} from './support/side-channel-ports';
import { code } from './support/words';

export const sideChannelPortOverlap = rule({
  id: 'side-channel-port-overlap',
  title: 'Side-channel ports of two engines overlap',
  category: 'side-channel',
  severity: 'error',
  description: `
Every data-parallel rank of an engine listens for handshakes on a port of its own, counted from
\`VLLM_NIXL_SIDE_CHANNEL_PORT\`: base + rank from 0.11.1 on, base + rank × TP + TP rank before. Two engines that share a
network namespace (one script, one pod, \`network_mode: host\`) need ranges that do not touch, also when both leave the port
at its default (5600, up to 0.11.0 5557). The second one to come fails to bind in a background thread and waits without end.

Launches in branches, launches with one API port (which follow each other), and engines that bind different addresses are
not compared. When the release decides and is not known, it is only noted.`,
  sources: ['vllm#20965', 'vllm#26338', 'vllm#25056', 'https://github.com/ray-project/ray/issues/60057'],
  *checkDeployment(deployment) {
    const engines = deployment.engines.filter((engine) => usesNixl(engine) && opensSideChannel(engine) === 'yes');
    for (const [index, engine] of engines.entries()) {
      for (const other of engines.slice(0, index)) {
        if (other.network.key !== engine.network.key || engine.network.kind === 'unknown') continue;
        const found = compare(other, engine);
        if (found) yield found;
      }
    }
  },
  examples: [],
});

interface Clash {
  readonly era: Era;
  readonly first: Listeners;
  readonly second: Listeners;
}

function compare(first: Engine, second: Engine): Finding | undefined {
  const together = runTogether(first, second, defaultPort(second, 'port') ?? 0);
  const address = sameAddress(sideChannelHost(first), sideChannelHost(second));
  if (together === 'no' || address === 'no') return undefined;
  const inherited = inheritSamePort(first, second);
  const eras = erasOf(second);
  const clashes = eras.flatMap((era): Clash[] => {
    const a = listenersOf(first, era, inherited);
    const b = listenersOf(second, era, inherited);
    return a && b && commonPorts(a, b) ? [{ era, first: a, second: b }] : [];
  });
  const clash = clashes.at(-1);
  if (!clash) return undefined;
  const always = clashes.length === eras.length;
  return finding(
    clash.second.place,
    judge(together, address, always),
    words(clash, second, always, inherited),
    [],
    [{ place: clash.first.given ? clash.first.place : first.place, message: 'the other engine' }],
  );
}

function judge(together: Certainty, address: Certainty, always: boolean): Severity {
  if (!always) return 'info';
  return together === 'yes' && address === 'yes' ? 'error' : 'warning';
}

function words({ era, first, second }: Clash, engine: Engine, always: boolean, inherited: boolean): string {
  const where = engine.network.label;
  const when = always ? '' : ` with ${eraWords(era)}`;
  const outcome = 'the one that comes second cannot bind and hangs while starting';
  if (inherited || (!first.given && !second.given)) {
    return `Two engines in ${where} run with the same ${code(SIDE_CHANNEL_PORT)}, which is not set for either${when}: ${outcome}. Give one of them a port of its own.`;
  }
  if (isSame(first, second)) {
    return `Two engines in ${where} take this one ${code(SIDE_CHANNEL_PORT)}${when}: ${outcome}. Give one of them a port of its own.`;
  }
  const common = commonPorts(first, second)!;
  const listens = `This engine listens on ${portWords(second)} and another one in ${where} on ${portWords(first)}${when}`;
  return `${listens}: for ${portWords(common)} ${outcome}. Start one of them at ${code(String(first.last + 1))} or higher.`;
}

function isSame(a: Listeners, b: Listeners): boolean {
  return a.place.source === b.place.source && a.place.span.start === b.place.span.start;
}
