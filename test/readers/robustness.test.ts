// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostKind } from '../../server/src/readers';
import { read } from './support';

const hosts: readonly HostKind[] = [
  'kubernetes',
  'kustomization',
  'compose',
  'vllm-config',
  'yaml',
  'json',
  'dotenv',
  'env-file-docker',
  'ucx-config',
  'nixl-config',
  'lmcache-config',
  'systemd',
  'shell',
  'dockerfile',
];

/** Pieces of all the notations that we read, so that random texts get past the first character. */
const pieces = [
  'vllm serve m',
  ' --kv-transfer-config',
  ' --kv-transfer-config.kv_role ',
  '=',
  ' {"kv_connector": "NixlConnector"}',
  '\'{"kv_role":"kv_both"}\'',
  '"$@"',
  '$X',
  '$(Y)',
  '${Z:-1}',
  '{{ .Values.a }}',
  '{{- if .b }}',
  '{{- end }}',
  'apiVersion: v1\nkind: Pod\n',
  'local_cpu: true\nextra_config:\n  nixl_pool_size: 1\n',
  'spec:\n  containers:\n  - name: a\n',
  '    image: vllm/vllm-openai:v0.11.0\n',
  '    args:\n',
  '    - --port\n',
  '    command: [sh, -c]\n',
  '    env:\n    - name: VLLM_NIXL_SIDE_CHANNEL_PORT\n      value: "1"\n',
  'services:\n  a:\n    image: vllm\n',
  '    command: --port 1\n',
  '<<: *a\n',
  '&a ',
  'export NIXL_X=1\n',
  'docker run -e A=b vllm/vllm-openai ',
  'bash -c "',
  "ssh h '",
  'env A=1 ',
  'FROM vllm/vllm-openai:v0.11.0\n',
  'ENV A=b\n',
  'CMD ["vllm", "serve"]\n',
  '[Service]\n',
  'UCX_TLS = rc ; c\n',
  'CPU model=Grace\n',
  'NIXL_TELEMETRY_ENABLE = true\n',
  '[[a.b]]\n',
  'ExecStart=vllm serve\n',
  'Environment=NIXL_A=1\n',
  '---\n',
  '\n',
  '\r\n',
  '  ',
  '\t',
  '"',
  "'",
  '\\\n',
  '\u00e9\ud83d\ude00',
  '\ud800',
  '\0',
];

const text = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 8 })), { maxLength: 24 })
  .map((parts) => parts.join(''));

test('no text makes a reader fail, and all it says lies in the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...hosts), text, (host, given) => {
      const { engines, listeners } = read('file', given, { host });
      for (const { place } of [...engines, ...listeners]) {
        const { root, span } = place.source.locate(place.span);
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(root.length);
      }
      for (const { flags, environment } of engines) {
        for (const { text, values } of flags.list) {
          expect(text.locate().span.end).toBeLessThanOrEqual(text.locate().root.length);
          for (const value of values) if (value.kind !== 'unknown') value.source.locate();
        }
        for (const { name, nameText } of environment.variables) expect(nameText.text).toBe(name);
      }
    }),
    { numRuns: 1500 },
  );
});
