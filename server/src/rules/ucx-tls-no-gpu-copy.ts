import { behaviour } from '../knowledge/behaviours';
import { expandTransport, type GpuMemory, lookupTransport } from '../knowledge/transports';
import type { Engine } from '../model';
import { type Finding, rule, type Severity } from './rule';
import { valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { kvMemory } from './support/gpu-memory';
import {
  allState,
  entryPlace,
  meantTransports,
  namedEntries,
  nothingIsLeft,
  possibleTransports,
  type TransportList,
  transportList,
} from './support/ucx-transports';
import { applies } from './support/versions';
import { code, oneOf } from './support/words';

const COPIES: Readonly<Record<GpuMemory, string>> = {
  cuda: 'cuda_copy',
  rocm: 'rocm_copy',
  ze: 'ze_copy',
  gaudi: 'gaudi_gdr',
};

const OWNERS: Readonly<Record<GpuMemory, string>> = {
  cuda: 'CUDA',
  rocm: 'ROCm',
  ze: 'Level Zero',
  gaudi: 'Gaudi',
};

export const ucxTlsNoGpuCopy = rule({
  id: 'ucx-tls-no-gpu-copy',
  title: 'UCX_TLS without the transport that recognises GPU memory',
  category: 'ucx',
  severity: 'error',
  description: `
Only \`cuda_copy\` tells UCX that a pointer is CUDA memory (\`rocm_copy\` for ROCm, \`ze_copy\` for Level Zero). \`cuda_ipc\`,
\`gdr_copy\` and RDMA transports do not, GPUDirect or not. Without it NIXL registers the KV cache as host memory: from 1.0.0 it
refuses to, before it warned and crashed at the first transfer.

So an allow list needs it (or \`cuda\`, \`rocm\`, \`ze\`), and a deny list must not name it. With \`kv_buffer_device: cpu\` NIXL gets
host memory and nothing is reported. Where the platform is not known this is a warning, unless \`kv_buffer_device\` says that
the buffers are on a GPU.`,
  sources: [
    'ucx:docs/source/faq.md@v1.22.0',
    'https://github.com/openucx/ucx/issues/3776',
    'nixl:src/plugins/ucx/ucx_utils.cpp@v1.0.0',
    'nixl#334',
  ],
  *check(engine) {
    const list = transportList(engine);
    if (!list || allState(list) === 'alone' || allState(list) === 'refused') return;
    if (namedEntries(list).length === 0 || nothingIsLeft(list)) return;
    const { gpu, kinds } = kvMemory(engine);
    if (gpu === 'no') return;
    if (list.negated) {
      yield* reportDenied(engine, list, gpu === 'yes' && kinds.length === 1 ? 'error' : 'warning', kinds);
      return;
    }
    const possible = [...possibleTransports(list), ...meantTransports(list)];
    if (kinds.some((kind) => possible.some((transport) => transport.gpu === kind))) return;
    yield reportMissing(engine, list, gpu === 'yes' ? 'error' : 'warning', kinds);
  },
  examples: [],
});

function* reportDenied(
  engine: Engine,
  list: TransportList,
  severity: Severity,
  kinds: readonly GpuMemory[],
): Iterable<Finding> {
  const possible = possibleTransports(list);
  for (const entry of namedEntries(list)) {
    const kind = expandTransport(entry.text, list.ucx)?.find(({ gpu }) => gpu && kinds.includes(gpu))?.gpu;
    if (!kind || possible.some(({ gpu }) => gpu === kind)) continue;
    const memory = `${OWNERS[kind]} memory`;
    yield finding(
      entryPlace(list, entry),
      severity,
      `${code(entry.text)} in this deny list takes ${code(COPIES[kind])} away, without which UCX takes ${memory} for host memory: ${consequence(engine, memory)}. Do not deny it.`,
    );
  }
}

function reportMissing(engine: Engine, list: TransportList, severity: Severity, kinds: readonly GpuMemory[]): Finding {
  const kind = kinds.length === 1 ? kinds[0] : undefined;
  const copies = kind ? code(COPIES[kind]) : oneOf([COPIES.cuda, COPIES.rocm]);
  const memory = kind ? `${OWNERS[kind]} memory` : 'GPU memory';
  const foreign = namedEntries(list).find((entry) => lookupTransport(entry.name)?.gpu);
  const place = valuePlace(list.variable);
  const mended = kind && `${list.text.replace(/,+$/, '')},${COPIES[kind]}`;
  return finding(
    place,
    severity,
    `${code('UCX_TLS')} lists no ${copies}${foreign ? ` (${code(foreign.name)} is for other GPUs)` : ''}, without which UCX takes ${memory} for host memory: ${consequence(engine, memory)}. Add ${copies}.`,
    [kind && mended ? fix(`Add ${code(COPIES[kind])}`, false, { place, newText: mended }) : undefined],
  );
}

function consequence(engine: Engine, memory: string): string {
  switch (applies(behaviour('host-memory-refused').range, engine)) {
    case 'yes':
      return 'NIXL refuses to register the KV cache and the engine does not start';
    case 'no':
      return `NIXL warns, and the first transfer crashes on ${memory}`;
    default:
      return 'NIXL refuses to register the KV cache (before 1.0.0 the first transfer crashed)';
  }
}
