import { lookupMetric } from '../../knowledge/metrics';
import { compareVersions, parseVersion } from '../../knowledge/version';
import { XFER_TIME } from '../model/families';
import type { VerdictKind, Watched, WatchedEndpoint } from '../verdict';
import { field } from './support/engines';
import { isOfRay } from './support/ray';
import { releaseOfPage } from './support/releases';
import { list } from './support/words';

/** Families of other connectors, by how their names begin. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['vllm:kv_offload_', 'OffloadingConnector'],
  ['vllm:mooncake_', 'MooncakeStoreConnector'],
  ['vllm:hf3fs_', 'HF3FSKVConnector'],
];

export const nixlFiguresMissing: VerdictKind = {
  id: 'nixl-figures-missing',
  about:
    "A page of vLLM without any of NIXL's families. Names the causes that the page allows: the Rust front end before it knew them, Ray before the first transfer, an old release, another connector, or none.",
  *look(watched) {
    for (const endpoint of watched.endpoints) {
      if (endpoint.state !== 'no-nixl') continue;
      const engines = watched.engines.filter(({ id }) => id.endpoint === endpoint.label);
      const configured = engines.find(({ roleFrom }) => roleFrom === 'configuration');
      const causes = causesOf(watched, endpoint);
      const others = OTHERS.filter(([prefix]) => [...endpoint.families].some((name) => name.startsWith(prefix)));
      // The configuration says that KV moves: something is amiss, unless the page cannot show it.
      const amiss = configured !== undefined && causes.length === 0 && others.length === 0;
      yield {
        id: 'nixl-figures-missing',
        severity: amiss ? 'warning' : 'info',
        title: "None of NIXL's figures",
        endpoint: endpoint.label,
        engine: null,
        message:
          causes.length > 0
            ? `${endpoint.label} shows figures of vLLM, but none of NIXL: ${causes[0]}.${causes
                .slice(1)
                .map((cause) => ` Or ${cause}.`)
                .join('')}`
            : `${endpoint.label} shows figures of vLLM, but none of NIXL, so that it does not run a NIXL connector: ${others.length > 0 ? `the page has those of ${list(others.map(([, name]) => `\`${name}\``))}. KV that goes between engines by NIXL needs \`NixlConnector\` beside it` : 'check that `--kv-transfer-config` reaches this engine and names `NixlConnector`'}.`,
        evidence: [
          `families that begin with \`vllm:nixl_\`: 0 of ${endpoint.families.size}`,
          ...(endpoint.openMetrics ? ['format: OpenMetrics'] : []),
          ...(configured?.role ? [`role in the configuration: ${configured.role}`] : []),
        ],
        settings: [field('kv_connector')],
        ...(configured?.role === 'prefill' || configured?.role === 'decode' ? { side: configured.role } : {}),
        sources: ['vllm#26811', ...(endpoint.openMetrics ? ['vllm#52755'] : [])],
      };
    }
  },
};

/** What hides the figures of an engine that may well have a NIXL connector. */
function causesOf(watched: Watched, { label, families, openMetrics }: WatchedEndpoint): string[] {
  const causes: string[] = [];
  const engines = watched.engines.filter(({ id }) => id.endpoint === label);
  if (engines.some(isOfRay)) {
    causes.push(
      'Ray shows a family only after its first event, so that there may have been no transfer yet, on this side of the pair or at all',
    );
  }
  if ([...families].some((family) => lookupMetric(family)?.exposedBy === 'production-stack')) {
    causes.push('it is the page of the router of production-stack, so watch the engines behind it');
  }
  if (openMetrics) {
    causes.push(
      'the page is in the format of the Rust front end, which shows those of NIXL only in newer releases (vllm#52755, about 0.29): watch the Python front end, or update',
    );
  }
  const first = lookupMetric(XFER_TIME)!.range.since!;
  const release = releaseOfPage(families);
  const newest = typeof release === 'string' ? parseVersion(release.split('..')[1]!) : undefined;
  if (newest && compareVersions(newest, parseVersion(first)!) < 0) {
    causes.push(`vLLM shows them from ${first} on, and the names on this page are of an older release`);
  }
  return causes;
}
