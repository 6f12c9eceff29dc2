import { describe, expect, it } from 'vitest';
import type { MetricsUpdate } from '../../protocol/metrics';
import { analyze } from '../../server/src/analysis';
import { sideHints } from '../../server/src/analysis/side-hints';
import { offeredEndpoints } from '../../server/src/lsp/metrics/offered-endpoints';
import { VerdictLines } from '../../server/src/lsp/metrics/verdict-lines';
import type { Setting } from '../../server/src/metrics/verdict';
import type { Card } from '../../server/src/metrics/worker/cards';

const read = (name: string, text: string, languageId = 'yaml') => analyze({ name, text, languageId });

/** Label, address, role and reason of what is offered. */
function offered(...analyses: ReturnType<typeof read>[]) {
  const found = offeredEndpoints(analyses, (file) => `file:///${file}`);
  return found.map(({ label, url, role, reason }) => [label, url, role, reason]);
}

const script = (lines: readonly string[]) => read('run.sh', `#!/bin/bash\n${lines.join('\n')}\n`, 'shellscript');

const TRANSFER = (role: string) => `--kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"${role}"}'`;

describe('endpoints that are offered', () => {
  it('are the ports of processes on this machine', () => {
    const analysis = script([
      `vllm serve m --port 8100 ${TRANSFER('kv_producer')} &`,
      `vllm serve m --host 10.0.0.7 --port 8200 ${TRANSFER('kv_consumer')} &`,
      `vllm serve m --host ::1 --ssl-certfile c.pem ${TRANSFER('kv_consumer')} &`,
      `vllm serve m --headless --port 8300 ${TRANSFER('kv_consumer')} &`,
      `vllm serve m --uds /tmp/s ${TRANSFER('kv_consumer')} &`,
      `vllm serve m --port $PORT ${TRANSFER('kv_consumer')} &`,
    ]);
    expect(offered(analysis).map(([, url, role]) => [url, role])).toEqual([
      ['http://localhost:8100/metrics', 'prefill'],
      ['http://10.0.0.7:8200/metrics', 'decode'],
      ['https://localhost:8000/metrics', 'decode'],
    ]);
  });

  it('are one for each rank that has a port of its own', () => {
    const analysis = script([
      `vllm serve m --port 9000 --data-parallel-size 3 --data-parallel-multi-port-external-lb ${TRANSFER('kv_both')}`,
    ]);
    expect(offered(analysis).map(([, url]) => url)).toEqual([
      'http://localhost:9000/metrics',
      'http://localhost:9001/metrics',
      'http://localhost:9002/metrics',
    ]);
  });

  it("are those of NIXL's exporter and of Dynamo's system port, where they are switched on", () => {
    const analysis = script([
      `NIXL_TELEMETRY_ENABLE=y NIXL_TELEMETRY_EXPORTER=prometheus NIXL_TELEMETRY_PROMETHEUS_PORT=9191 vllm serve m --port 8100 ${TRANSFER('kv_producer')} &`,
      'DYN_SYSTEM_PORT=8081 python -m dynamo.vllm --model m --is-prefill-worker &',
      'python -m dynamo.vllm --model m &',
    ]);
    expect(offered(analysis).map(([label, url]) => [label, url])).toEqual([
      [expect.any(String), 'http://localhost:8100/metrics'],
      [expect.stringMatching(/-nixl$/), 'http://localhost:9191/metrics'],
      [expect.any(String), 'http://localhost:8081/metrics'],
    ]);
  });

  it('are the published ports of containers', () => {
    const compose = read(
      'compose.yaml',
      `services:
  prefill:
    image: vllm/vllm-openai:v0.11.0
    command: ["m", "--port", "8000", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
    ports: ["127.0.0.1:18100:8000"]
  decode:
    image: vllm/vllm-openai:v0.11.0
    command: ["m", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    );
    expect(offered(compose)).toEqual([
      [
        'prefill',
        'http://localhost:18100/metrics',
        'prefill',
        'port 8000 of prefill: published on this machine, in compose.yaml',
      ],
      [
        'decode',
        'http://decode:8000/metrics',
        'decode',
        'port 8000 of decode: it is not published, and is reached in the network of the containers only, in compose.yaml',
      ],
    ]);
  });

  it('of a pod are what its Service leads to, or what is to be forwarded', () => {
    const deployment = (name: string, port: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [m, --port, "${port}", --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_both"}']
          ports: [{ name: api, containerPort: ${port} }]
`;
    const service = `apiVersion: v1
kind: Service
metadata: { name: prefill, namespace: llm }
spec: { clusterIP: None, selector: { app: prefill }, ports: [{ port: 80, targetPort: api }] }
`;
    const analysis = read('pd.yaml', [deployment('prefill', 8000), service, deployment('decode', 8200)].join('---\n'));
    expect(offered(analysis).map(([label, url, , reason]) => [label, url, reason])).toEqual([
      [
        'prefill',
        'http://prefill.llm.svc:8000/metrics',
        'port 8000 of prefill: Service prefill, in the cluster; its engines take turns there, so better ask each at its own address, in pd.yaml',
      ],
      [
        'decode',
        'http://localhost:8200/metrics',
        'port 8200 of decode: forward it first: kubectl port-forward deployment/decode 8200, in pd.yaml',
      ],
    ]);
  });

  it('are those that a proxy hands requests to', () => {
    const analysis = script([
      `vllm serve m --port 8100 ${TRANSFER('kv_producer')} &`,
      'python toy_proxy_server.py --port 8192 --prefiller-host localhost --prefiller-port 8100 --decoder-hosts a b --decoder-ports 8200 8201',
    ]);
    expect(offered(analysis).map(([, url, role]) => [url, role])).toEqual([
      ['http://localhost:8100/metrics', 'prefill'],
      ['http://a:8200/metrics', 'decode'],
      ['http://b:8201/metrics', 'decode'],
    ]);
  });
});

describe('what the configuration says about a side', () => {
  it('is that RDMA is asked for, and the versions that all agree on', () => {
    const pod = (role: string, version: string, tls: string) =>
      read(
        `${role}.yaml`,
        `apiVersion: v1
kind: Pod
metadata: { name: ${role} }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v${version}
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"${role}"}']
      env: [{ name: UCX_TLS, value: "${tls}" }]
`,
      );
    const prefill = pod('kv_producer', '0.11.0', 'rc,sm,cuda_copy');
    const decode = pod('kv_consumer', '0.12.0', '^rc');
    expect(sideHints([prefill, decode], 'prefill')).toMatchObject({
      rdmaConfigured: true,
      versions: { vllm: '0.11.0' },
    });
    expect(sideHints([prefill, decode], 'decode')).toMatchObject({ rdmaConfigured: false });
    expect(sideHints([prefill], 'decode')).toBeUndefined();
  });
});

describe('lines of verdicts', () => {
  const analysis = script([
    `vllm serve m --port 8100 --block-size 64 ${TRANSFER('kv_producer')} &`,
    `UCX_TLS=tcp vllm serve m --port 8200 --block-size 128 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"kv_lease_duration":30}}' &`,
  ]);
  const lines = new VerdictLines([analysis], (file) => `file:///p/${file}`);

  function placesOf(endpoint: string | null, side: 'prefill' | 'decode' | undefined, settings: readonly Setting[]) {
    const names = settings.map(({ name }) => ({ name, place: null }));
    const card = { endpoint, lines: names } as unknown as Card['card'];
    const update = {
      endpoints: [
        { label: 'p', url: 'http://localhost:8100/metrics' },
        { label: 'd', url: 'http://localhost:8200/metrics' },
      ],
    } as unknown as MetricsUpdate;
    return lines.add(update, [{ card, settings, side }]).verdicts[0]!.lines.map(({ place }) => place?.text ?? null);
  }

  it('are those of the engine behind the endpoint', () => {
    const blockSize: Setting = { kind: 'flag', name: 'block-size' };
    expect(placesOf('p', undefined, [blockSize])).toEqual(['run.sh:2']);
    expect(placesOf('d', undefined, [blockSize])).toEqual(['run.sh:3']);
  });

  it('are those of the side that a setting belongs to', () => {
    expect(placesOf(null, 'decode', [{ kind: 'variable', name: 'UCX_TLS' }])).toEqual(['run.sh:3']);
    expect(
      placesOf(null, 'prefill', [
        { kind: 'flag', name: 'block-size' },
        { kind: 'flag', name: 'block-size', side: 'decode' },
        { kind: 'field', name: 'kv_role' },
      ]),
    ).toEqual(['run.sh:2', 'run.sh:3', 'run.sh:2']);
    expect(placesOf('d', 'decode', [{ kind: 'field', name: 'kv_lease_duration' }])).toEqual(['run.sh:3']);
  });

  it('are where the engine starts when the setting is written nowhere', () => {
    expect(placesOf('p', 'prefill', [{ kind: 'variable', name: 'NIXL_TELEMETRY_ENABLE' }])).toEqual([
      'run.sh:2, not set',
    ]);
    const nothing = new VerdictLines([], () => '');
    const card = { endpoint: null, lines: [{ name: 'X', place: null }] } as unknown as Card['card'];
    const settings: Setting[] = [{ kind: 'variable', name: 'X' }];
    const { verdicts } = nothing.add({ endpoints: [] } as unknown as MetricsUpdate, [
      { card, settings, side: undefined },
    ]);
    expect(verdicts[0]!.lines).toEqual([{ name: 'X', place: null }]);
  });
});
