import { type Page, rule } from './rule';
import { known, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { isAsWritten, placed } from './support/pods';
import { code } from './support/words';

const VARIABLE = 'FI_EFA_USE_HUGE_PAGE';

export const efaHugePages = rule({
  id: 'efa-huge-pages',
  title: 'Huge pages for EFA that the container does not have',
  category: 'pods',
  severity: 'info',
  *check(engine) {
    const place = placed(engine);
    const found = known(engine, VARIABLE);
    if (!place || !found || !usesNixl(engine) || !isAsWritten(place)) return;
    if (!/^(?:1|on|y|yes|t|true)$/i.test(found.text.trim()) || place.container.privileged.on !== false) return;
    const { limits, requests } = place.container;
    if ([...limits, ...requests].some(({ name }) => name.startsWith('hugepages-'))) return;
    yield finding(
      valuePlace(found.variable),
      'info',
      `${code(VARIABLE)} makes libfabric ask for huge pages, and the container has none. Ask for ${code('hugepages-2Mi')}, equal in requests and limits, or write ${code('0')}.`,
    );
  },
});

export const page = (): Page => ({
  description: `
\`FI_EFA_USE_HUGE_PAGE=1\` lets libfabric take its EFA buffers from huge pages. A container gets those only when it asks for them
(\`hugepages-2Mi\`, the same amount in requests and limits).`,
  sources: [
    'https://github.com/ofiwg/libfabric/blob/main/man/fi_efa.7.md',
    'https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/',
  ],
  examples: [
    {
      title: 'Without any',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: FI_EFA_USE_HUGE_PAGE
          value: "1"
      resources:
        limits: { vpc.amazonaws.com/efa: 4 }
`,
      findings: [{ covers: '1', severity: 'info', message: '`hugepages-2Mi`' }],
    },
    {
      title: 'With them, or switched off',
      kind: 'good',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: FI_EFA_USE_HUGE_PAGE, value: "1" }
      resources:
        limits: { vpc.amazonaws.com/efa: 4, hugepages-2Mi: 5120Mi, memory: 64Gi }
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: FI_EFA_USE_HUGE_PAGE, value: "0" }
`,
    },
    {
      title: 'Resources of a template',
      kind: 'open',
      file: 'templates/decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: FI_EFA_USE_HUGE_PAGE, value: "1" }
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
`,
    },
  ],
});
