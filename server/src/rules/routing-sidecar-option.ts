import { isSidecarFrom, type SidecarFlag, sidecarFlag, sidecarFlagNames } from '../knowledge/routing-sidecar';
import type { Version } from '../knowledge/version';
import type { Flag } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { renameFlag } from './support/flags';
import { releaseOf, routingSidecars } from './support/routing-sidecars';
import { code } from './support/words';

export const routingSidecarOption = rule({
  id: 'routing-sidecar-option',
  title: 'Option that this release of the routing sidecar does not have',
  category: 'routing',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const sidecar of routingSidecars(deployment)) {
      const release = releaseOf(sidecar);
      if (!release) continue;
      for (const flag of sidecar.flags.list) {
        const found = judge(flag, release);
        if (found) yield found;
      }
    }
  },
});

function judge(flag: Flag, release: Version): Finding | undefined {
  const fact = sidecarFlag(flag.name);
  // Go's flags know no underscores and no dotted keys: how they are read is theirs to know.
  if (!fact || flag.path.length > 0 || flag.negated || flag.spelled.includes('_')) return undefined;
  const named = `version ${release.text} of the routing sidecar`;
  const { since, gone } = fact;
  if (!isSidecarFrom(release, since)) {
    return refused(flag, `came with ${since}: ${named}`, olderName(flag.name, release), undefined);
  }
  if (gone !== undefined && isSidecarFrom(release, gone)) {
    return refused(flag, `went with ${gone}: ${named}`, fact.replacedBy, fact.insteadUse);
  }
  return superseded(flag, fact, release, named);
}

/** Go's parser stops at an option that it does not know. */
function refused(flag: Flag, why: string, name: string | undefined, words: string | undefined): Finding {
  const instead = name === undefined ? words : `--${name}`;
  return finding(
    flag.text.place(),
    'error',
    `${code(flag.spelled)} ${why} refuses to start with it. ${instead === undefined ? 'Leave it out.' : `Write ${code(instead)}.`}`,
    [name === undefined ? undefined : fix(`Write \`--${name}\``, true, renameFlag(flag, name))],
  );
}

/** The option that this one replaces, in a release that has that one only. */
function olderName(name: string, release: Version): string | undefined {
  return sidecarFlagNames().find((older) => {
    const fact = sidecarFlag(older)!;
    return fact.replacedBy === name && isSidecarFrom(release, fact.since);
  });
}

/** Still accepted, under its old name. */
function superseded(
  flag: Flag,
  { replacedBy: newer }: SidecarFlag,
  release: Version,
  named: string,
): Finding | undefined {
  if (newer === undefined || !isSidecarFrom(release, sidecarFlag(newer)!.since)) return undefined;
  return finding(
    flag.text.place(),
    'hint',
    `${code(flag.spelled)} is the old name of this option in ${named}. Write \`--${newer}\`.`,
    [fix(`Write \`--${newer}\``, true, renameFlag(flag, newer))],
  );
}

export const page = (): Page => ({
  description: `
llm-d's routing sidecar is a Go program that stops at an option it does not know, so that the decode pod takes no requests.
Its options changed names: 0.7.0 brought \`--kv-connector\`, \`--enable-tls\` and \`--inference-pool\`; 0.10.0 dropped
\`--connector\` and the TLS switches of each side, and calls the engine's port \`--model-server-port\`. Before
that the old names are accepted for a while.

The release is that of the image's tag, for llm-d's own images. Nothing is reported for a build of one's own, a digest or
\`latest\`, nor for options that come from a script.`,
  sources: [
    'llm-d-router:pkg/sidecar/proxy/options.go@v0.10.0',
    'llm-d-router:pkg/sidecar/proxy/options.go@v0.9.0',
    'llm-d-router:cmd/pd-sidecar/main.go@v0.6.0',
  ],
  examples: [
    {
      title: 'An option that is gone',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--port=8000', '--model-server-port=8200', '--connector=nixlv2']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--connector', severity: 'error', message: 'refuses to start' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--port=8000', '--model-server-port=8200', '--kv-connector=nixlv2']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'Options that are newer than the sidecar',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.6.0
      restartPolicy: Always
      args:
        - --port=8000
        - --vllm-port=8200
        - --kv-connector=nixlv2
        - --enable-tls=prefiller
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.17.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [
        { covers: '--kv-connector', severity: 'error', message: 'Write `--connector`' },
        { covers: '--enable-tls', severity: 'error', message: 'came with 0.7.0' },
      ],
    },
    {
      title: 'An old name that is still accepted',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8200', '--connector=nixlv2']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--connector', severity: 'hint', message: 'Write `--kv-connector`' }],
    },
    {
      title: 'Names of this release',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.6.0
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8200', '--connector=nixlv2', '--secure-proxy=false']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.17.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'The first releases, whose tags have no `v`',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:0.0.5
      restartPolicy: Always
      args: ['-port=8000', '-vllm-port=8200', '-connector=lmcache']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.9.2
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
`,
    },
    {
      title: 'The old name of the port, from 0.10.0 on',
      kind: 'version',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8200']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--vllm-port', severity: 'hint', message: 'Write `--model-server-port`' }],
    },
    {
      title: "A build of one's own",
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: registry.example.com/llm-d-routing-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8200', '--connector=nixlv2']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
  ],
});
