import { type Deployment, knownText, type RequestProxy } from '../model';
import { type Page, rule } from './rule';
import { isQuoted, known, ownAddress, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { otherSide, placementOf, thisSide } from './support/placement';
import { routingSidecars } from './support/routing-sidecars';
import { code } from './support/words';

export const sideChannelHostWildcard = rule({
  id: 'side-channel-host-wildcard',
  title: 'Side channel on a wildcard address',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment, around) {
    for (const engine of deployment.engines) {
      if (!usesNixl(engine) || opensSideChannel(engine) === 'no' || engine.addressRewrittenBy) continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text) || hostShape(host.text) !== 'wildcard') continue;
      const dialled = isDialled(engine);
      if (dialled === 'no') continue;
      const { where } = placementOf(engine, deployment, around);
      const never = host.text === '*';
      if (where === 'together' && !never) continue;
      if (!never && deployment.proxies.some(replacesAddress)) continue;
      const sidecar = where === 'apart' && dialled === 'yes' ? handsOn(deployment) : undefined;
      const sent = `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}, which ${thisSide(engine)} also sends to ${otherSide(engine)} as its address`;
      const outcome = never
        ? 'nobody can dial that'
        : sidecar
          ? "llm-d's routing sidecar hands that on as it is, and the other side dials itself"
          : 'unless the router replaces it, the other side will dial itself';
      const certain = never ? dialled === 'yes' : sidecar !== undefined;
      const severity = certain ? 'error' : where === 'unknown' && !never ? 'info' : 'warning';
      yield finding(
        valuePlace(host.variable),
        severity,
        `${sent}: ${outcome}. Use ${ownAddress(host.variable, engine)}.`,
        [usePodAddress(host.variable, engine)],
        sidecar ? [{ place: sidecar.place, message: sidecar.label }] : [],
      );
    }
  },
});

/**
 * Does the router put prefill's own address over the one that it is told? The production stack's does when it hands a
 * request to prefill and decode one after the other (`src/vllm_router/services/request_service/request.py`).
 */
function replacesAddress({ kind, flags }: RequestProxy): boolean {
  return kind === 'router' && knownText(flags.get('routing-logic')?.value) === 'disaggregated_prefill_orchestrated';
}

/** The sidecar of llm-d, which hands on what prefill says (`pkg/sidecar/proxy/connector_nixlv2.go`). */
function handsOn(deployment: Deployment): RequestProxy | undefined {
  return routingSidecars(deployment).find(({ conditional }) => !conditional);
}

export const page = (): Page => ({
  description: `
\`0.0.0.0\`, \`::\` and \`*\` are fine to bind and useless to dial, and vLLM uses the same value for both: the other side
connects to \`0.0.0.0\`, which Linux takes for itself, and \`*\` it cannot connect to at all.

\`0.0.0.0\` is a warning, not an error, because some routers put the prefill engine's own address over it (AIBrix's gateway,
the production-stack router in one of its modes): a workload of AIBrix and what stands behind such a router are not reported.
Where llm-d's routing sidecar is in sight, which changes nothing, it is an error. On one host it works by accident.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'https://github.com/volcano-sh/kthena/issues/503',
    'https://github.com/vllm-project/production-stack/blob/main/src/vllm_router/services/request_service/request.py',
  ],
  examples: [
    {
      title: 'Prefill and decode in pods of their own',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 0.0.0.0
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
      findings: [{ covers: '0.0.0.0', severity: 'warning', message: 'unless the router replaces it' }],
    },
    {
      title: "Behind llm-d's routing sidecar",
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.23.0
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 0.0.0.0
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      initContainers:
        - name: routing-proxy
          image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
          restartPolicy: Always
          args: ['--port=8000', '--vllm-port=8200']
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.23.0
          args:
            - Qwen/Qwen3-32B
            - --port=8200
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '0.0.0.0', severity: 'error', message: 'hands that on as it is' }],
    },
    {
      title: 'Nobody can dial a star',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_HOST='*'
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '*', severity: 'error', message: 'nobody can dial that' }],
    },
    {
      title: 'An environment file',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST=0.0.0.0
`,
      findings: [{ covers: '0.0.0.0', severity: 'info' }],
    },
    {
      title: 'A workload of AIBrix, whose gateway replaces the address',
      kind: 'good',
      file: 'storm-service.yaml',
      text: `apiVersion: orchestration.aibrix.ai/v1alpha1
kind: StormService
metadata:
  name: qwen3
spec:
  template:
    spec:
      roles:
        - name: prefill
          template:
            metadata:
              labels:
                model.aibrix.ai/name: qwen3
            spec:
              containers:
                - name: prefill
                  image: vllm/vllm-openai:v0.25.1
                  args: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
                  env:
                    - name: VLLM_NIXL_SIDE_CHANNEL_HOST
                      value: 0.0.0.0
`,
    },
    {
      title: 'The pod IP',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
    },
    {
      title: 'A decoder that pulls is never dialled',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 0.0.0.0
`,
    },
    {
      title: 'A value that Helm fills in',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: {{ .Values.sideChannelHost }}
`,
    },
  ],
});
