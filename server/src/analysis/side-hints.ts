import { isRdmaResource } from '../knowledge/device-resources';
import type { Versions } from '../knowledge/version';
import { type Engine, type EngineVersions, knownText, resourcesOf } from '../model';
import { entryKind } from '../rules/support/ucx-devices';
import type { Analysis } from './session';

/** What the configuration says about the engines of one side. */
export interface SideHints {
  readonly rdmaConfigured?: boolean;
  readonly versions?: Versions;
}

/** Transports of UCX that run over RDMA devices only, and the names that stand for several of them. */
const RDMA_TRANSPORTS = /^\\?(?:ib|(?:rc|ud|dc)(?:_v|_verbs|_x|_mlx5)?|gga(?:_mlx5)?)$/;

/** What the engines of one side say, as far as they agree; nothing for a side that has none. */
export function sideHints(analyses: readonly Analysis[], side: 'prefill' | 'decode'): SideHints | undefined {
  const engines = analyses
    .flatMap(({ deployment }) => deployment.engines)
    .filter(({ role }) => role?.role === side || role?.role === 'both');
  if (engines.length === 0) return undefined;
  const versions = common(engines.map((engine) => engine.versions));
  return { rdmaConfigured: engines.some(asksForRdma), ...(versions && { versions }) };
}

/** Devices or transports that are named, or devices that its container requests. */
function asksForRdma({ environment, container }: Engine): boolean {
  const words = (name: string) => {
    const text = knownText(environment.get(name)?.value) ?? '';
    // A list that begins so says what is not to be used.
    return text.startsWith('^') ? [] : text.split(',').map((word) => word.trim());
  };
  return (
    words('UCX_NET_DEVICES').some((device) => entryKind(device) === 'rdma') ||
    words('UCX_TLS').some((transport) => RDMA_TRANSPORTS.test(transport)) ||
    (container !== undefined && resourcesOf(container).some(({ name }) => isRdmaResource(name)))
  );
}

/** The versions that all of them have. */
function common(all: readonly EngineVersions[]): Versions | undefined {
  const agreed = (['vllm', 'nixl', 'ucx'] as const).flatMap((library) => {
    const [first, ...others] = new Set(all.map((versions) => versions[library]?.version));
    return first === undefined || others.length > 0 ? [] : [[library, first] as const];
  });
  return agreed.length === 0 ? undefined : Object.fromEntries(agreed);
}
