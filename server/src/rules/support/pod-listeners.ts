import type { Deployment, Engine, Pod } from '../../model';
import { oncePer } from './once';
import { sidecarListens } from './routing-sidecars';
import { ANYWHERE, type Socket, socketsOf } from './sockets';

/** A listening socket of a pod, and the container that opens it. */
export interface PodSocket extends Socket {
  /** Tells its program from others: the engine or the proxy. */
  readonly owner: object;
  readonly container: object | undefined;
}

/** The engines of each pod that run while it serves. */
const enginesByPod = oncePer(({ engines }: Deployment): ReadonlyMap<Pod, readonly Engine[]> => {
  const groups = new Map<Pod, Engine[]>();
  for (const engine of engines) {
    if (!engine.pod || engine.container?.kind === 'init') continue;
    const group = groups.get(engine.pod);
    if (group) group.push(engine);
    else groups.set(engine.pod, [engine]);
  }
  return groups;
});

/** The engines that run in a pod while it serves. */
export function enginesIn(pod: Pod, deployment: Deployment): readonly Engine[] {
  return enginesByPod(deployment).get(pod) ?? [];
}

/** Everything of a pod that is seen to listen, the side channel apart. */
export function socketsIn(pod: Pod, deployment: Deployment): readonly PodSocket[] {
  const proxies = deployment.proxies.filter((proxy) => proxy.pod === pod && !proxy.conditional);
  return [
    ...enginesIn(pod, deployment).flatMap((engine) =>
      engine.conditional
        ? []
        : socketsOf(engine).map((socket) => ({ ...socket, owner: engine, container: engine.container })),
    ),
    ...proxies.flatMap((proxy): PodSocket[] => {
      const ports = proxy.kind === 'sidecar' && proxy.container?.kind !== 'init' ? sidecarListens(proxy) : undefined;
      if (!ports) return [];
      const { first, last = first, flag, place } = ports;
      const label = flag === undefined ? `${proxy.label}'s default port` : `${proxy.label}'s \`${flag}\``;
      return [{ first, last, host: ANYWHERE, label, place, sure: true, owner: proxy, container: proxy.container }];
    }),
  ];
}

/** True when a program of the pod is none that we know: it may listen anywhere. */
export function hasStrangers(pod: Pod, { engines, proxies }: Deployment): boolean {
  const known = new Set<object | undefined>([...engines, ...proxies].map(({ container }) => container));
  return pod.containers.some((container) => container.kind !== 'init' && !known.has(container));
}
