import type { Deployment, Engine, Pod } from '../../model';
import { sidecarListens } from './routing-sidecars';
import { ANYWHERE, type Socket, socketsOf } from './sockets';

/** A listening socket of a pod, and the container that opens it. */
export interface PodSocket extends Socket {
  /** Tells its program from others: the engine or the proxy. */
  readonly owner: object;
  readonly container: object | undefined;
}

/** The engines that certainly run in a pod while it serves. */
export function enginesIn(pod: Pod, { engines }: Deployment): readonly Engine[] {
  return engines.filter((engine) => engine.pod === pod && engine.container?.kind !== 'init');
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
