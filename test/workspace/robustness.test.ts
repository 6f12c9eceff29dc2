import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tree } from './support';

const files: Readonly<Record<string, string>> = {
  'app/kustomization.yaml': `resources: [../base, service.yaml]
namePrefix: a-
nameSuffix: -b
namespace: n
components: [../component]
commonLabels: { a: b }
labels: [{ pairs: { c: d }, includeSelectors: true }]
images: [{ name: vllm/vllm-openai, newTag: v0.25.1 }]
replicas: [{ name: prefill, count: 2 }]
configMapGenerator: [{ name: settings, behavior: merge, literals: [A=b], envs: [x.env], files: [f=x.env] }]
patches:
  - path: patch.yaml
  - target: { kind: Deploy.*, labelSelector: "app=prefill" }
    patch: |-
      - { op: add, path: /spec/template/spec/containers/0/env/-, value: { name: N, value: v } }
      - { op: replace, path: /spec/replicas, value: 3 }
replacements: [{ source: { kind: Service }, targets: [{ select: { kind: Deployment }, fieldPaths: ["spec.a.[b=c].d"] }] }]
`,
  'app/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill }
spec: { template: { spec: { containers: [{ name: vllm, env: [{ name: UCX_TLS, value: tcp }, { $patch: delete, name: X }] }] } } }
`,
  'app/x.env': 'X=y\n# c\nZ\n',
  'app/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: { name: prefill }\nspec: { selector: { app: prefill } }\n',
  'base/kustomization.yaml': 'resources: [prefill.yaml]\nconfigMapGenerator: [{ name: settings, literals: [B=c] }]\n',
  'base/prefill.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill, labels: { app: prefill } }
spec:
  replicas: 1
  template:
    metadata: { labels: { app: prefill } }
    spec:
      volumes: [{ name: s, configMap: { name: settings, items: [{ key: f, path: run.sh }] } }]
      containers:
        - name: vllm
          image: vllm/vllm-openai
          command: [bash, /s/run.sh]
          envFrom: [{ prefix: P_, configMapRef: { name: settings } }]
          env: [{ name: E, valueFrom: { configMapKeyRef: { name: settings, key: B } } }]
          volumeMounts: [{ name: s, mountPath: /s }]
          args: [--kv-transfer-config, '{"kv_connector":"NixlConnector"}']
`,
  'component/kustomization.yaml': 'kind: Component\npatches: [{ path: ../app/patch.yaml }]\n',
  'chart/Chart.yaml': 'name: c\n',
  'chart/values.yaml': 'a: { b: x, c: 7 }\nrole: kv_both\n',
  'chart/templates/t.yaml': `kind: Pod
apiVersion: v1
spec:
  containers:
    - name: {{ .Values.a.b }}
      image: "vllm/vllm-openai:{{ .Values.a.c | default "y" }}"
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"{{ .Values.role }}"}']
      env: [{ name: UCX_TLS, value: {{ required "m" .Values.a.b | quote }} }]
`,
};

/** One of the files with some characters taken out, doubled or replaced. */
const changed = fc
  .record({
    name: fc.constantFrom(...Object.keys(files)),
    start: fc.nat(),
    length: fc.nat({ max: 30 }),
    text: fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 8 }),
      fc.constantFrom('null', '[', '{', '}', ': ', '\n', '- ', '"', '../', '$patch: replace', '{{', '&a ', '*a'),
    ),
  })
  .map(({ name, start, length, text }) => {
    const before = files[name]!;
    const at = start % (before.length + 1);
    return { ...files, [name]: before.slice(0, at) + text + before.slice(at + length) };
  });

describe('whatever the files hold', () => {
  it('no reader fails, and all places lie in them', async () => {
    await fc.assert(
      fc.asyncProperty(changed, async (tree) => {
        const faults: string[] = [];
        const disk = new Tree(tree);
        for (const name of ['app/kustomization.yaml', 'base/prefill.yaml', 'chart/templates/t.yaml']) {
          const analysis = await disk.analyze(name, { log: (message) => faults.push(message), topmost: true });
          for (const { file, start, end } of [...analysis.problems, ...analysis.claims]) {
            const text = analysis.files.text(file);
            expect(text).toBe(tree[file]);
            expect(start).toBeLessThanOrEqual(end);
            expect(end).toBeLessThanOrEqual(text!.length);
          }
          for (const { fixes } of analysis.problems) {
            for (const edit of fixes.flatMap(({ edits }) => edits)) {
              expect(edit.end).toBeLessThanOrEqual(tree[edit.file]!.length);
            }
          }
        }
        expect(faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
