import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { type FileSymbol, symbolsIn } from '../../server/src/features/symbols';
import { flatSymbols, matching } from '../../server/src/features/workspace-symbols';
import { MANIFEST } from './navigation-support';

/** One line per symbol: name, detail, and the characters that name it. */
function outline(name: string, text: string): string[] {
  const lines = (symbols: readonly FileSymbol[], depth: number, around: { start: number; end: number }): string[] =>
    symbols.flatMap(({ name: title, detail, kind, whole, place, children }) => {
      expect(whole.start).toBeLessThanOrEqual(place.start);
      expect(place.end).toBeLessThanOrEqual(whole.end);
      if (kind !== PORT) {
        expect(around.start).toBeLessThanOrEqual(whole.start);
        expect(whole.end).toBeLessThanOrEqual(around.end);
      }
      const at = text.slice(place.start, place.end);
      const line = `${'  '.repeat(depth)}${title}${detail === '' ? '' : ` | ${detail}`} @ ${at}`;
      return [line, ...lines(children, depth + 1, whole)];
    });
  return lines(symbolsIn(analyze({ name, text })), 0, { start: 0, end: text.length });
}

const PORT = 14;

const KV = `--kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'`;

describe('the symbols of', () => {
  it('a manifest: workload, container, engine, ports; Services', () => {
    expect(outline('decode.yaml', MANIFEST)).toEqual([
      'engine | m @ vllm serve',
      '  API server 8000 | --port @ 8000',
      'vllm-decode | Service @ vllm-decode',
      '  80 → api | http @ 80',
      'decode | Deployment @ decode',
      '  vllm | vllm/vllm-openai:v0.19.1 @ vllm',
      '    decode engine | Qwen/Qwen3-8B · NixlConnector · TP 2 · vLLM 0.19.1 @ vllm',
      '      NIXL side channel 5700 | VLLM_NIXL_SIDE_CHANNEL_PORT @ 5700',
      '      API server 8000 | --port · default @ vllm',
    ]);
  });

  it('a script: its engines, with the ports where they are written', () => {
    const text = `export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve m --port 8100 --tensor-parallel-size 4 ${KV}
`;
    expect(outline('prefill.sh', text)).toEqual([
      'prefill engine | m · NixlConnector · TP 4 @ vllm serve',
      '  NIXL side channel 5600–5603 or 5600 | VLLM_NIXL_SIDE_CHANNEL_PORT @ 5600',
      '  API server 8100 | --port @ 8100',
    ]);
  });

  it('a Compose file: its services that start engines', () => {
    const text = `services:
  one:
    image: vllm/vllm-openai:v0.19.1
    command: ["m", "--port=8200"]
  web:
    image: nginx
`;
    expect(outline('compose.yaml', text)).toEqual([
      'one (engine) | m · vLLM 0.19.1 @ one',
      '  API server 8200 | --port @ 8200',
    ]);
  });

  it('a group of pods: each by its part, one without an engine not at all', () => {
    const text = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  name: decode
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate:
      spec:
        containers:
          - name: lead
            image: vllm/vllm-openai:v0.19.1
            args: ["m"]
    workerTemplate:
      spec:
        containers:
          - name: work
            image: vllm/vllm-openai:v0.19.1
            args: ["m", "--headless"]
---
apiVersion: v1
kind: Pod
metadata: {name: busy}
spec: {containers: [{name: box, image: busybox}]}
`;
    expect(outline('lws.yaml', text)).toEqual([
      'decode | LeaderWorkerSet @ decode',
      '  leader @ decode',
      '    lead | vllm/vllm-openai:v0.19.1 @ lead',
      '      decode engine | m · vLLM 0.19.1 @ lead',
      '        API server 8000 | --port · default @ lead',
      '  worker @ decode',
      '    work | vllm/vllm-openai:v0.19.1 @ work',
      '      decode engine | m · vLLM 0.19.1 @ work',
    ]);
  });

  it('a file without anything of ours: none', () => {
    expect(outline('x.yaml', 'kind: Pod\napiVersion: v1\n')).toEqual([]);
  });
});

describe('the symbols of many files', () => {
  const all = flatSymbols(symbolsIn(analyze({ name: 'decode.yaml', text: MANIFEST })));

  it('say what they are and what they are in', () => {
    expect(all.map(({ name, container }) => `${container} | ${name}`)).toEqual([
      ' | engine · m',
      'engine | API server 8000 · --port',
      ' | vllm-decode · Service',
      'vllm-decode | 80 → api · http',
      ' | decode · Deployment',
      'decode | vllm · vllm/vllm-openai:v0.19.1',
      'decode › vllm | decode engine · Qwen/Qwen3-8B · NixlConnector · TP 2 · vLLM 0.19.1',
      'decode › vllm › decode engine | NIXL side channel 5700 · VLLM_NIXL_SIDE_CHANNEL_PORT',
      'decode › vllm › decode engine | API server 8000 · --port · default',
    ]);
  });

  it('are found by their letters in order', () => {
    const names = (query: string) => matching(all, query).map(({ name }) => name.split(' · ')[0]);
    expect(names('side 5700')).toEqual(['NIXL side channel 5700']);
    expect(names('deeng')).toEqual(['decode engine', 'NIXL side channel 5700', 'API server 8000']);
    expect(names('DECODE service')).toEqual(['vllm-decode']);
    expect(names('zz')).toEqual([]);
    expect(names('')).toHaveLength(all.length);
  });
});
