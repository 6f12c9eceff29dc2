import { behaviour } from '../knowledge/behaviours';
import type { UcxListEntry } from '../knowledge/ucx-list';
import type { Engine } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { lostBy } from './support/nixl-needs';
import {
  allState,
  entryPlace,
  isUnknown,
  meantEntry,
  namedEntries,
  nothingIsLeft,
  type TransportList,
  transportList,
} from './support/ucx-transports';
import { releases, severityIn } from './support/versions';
import { allOf, code } from './support/words';

export const ucxTlsUnknown = rule({
  id: 'ucx-tls-unknown',
  title: 'Name in UCX_TLS that no UCX has',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = transportList(engine);
    if (!list || allState(list) === 'alone' || allState(list) === 'refused') return;
    const nothingLeft = nothingIsLeft(list);
    for (const entry of namedEntries(list)) {
      // A misplaced `^` has a rule of its own.
      if (entry.text === 'all' || !isUnknown(entry) || (/^\^+[^^]/.test(entry.text) && !nothingLeft)) continue;
      yield report(entry, list, nothingLeft, engine);
    }
    yield* emptyItems(list, engine);
  },
});

export const page = (): Page => ({
  description: `
UCX splits \`UCX_TLS\` at commas, trims nothing, and compares names exactly: \`TCP\`, \` tcp\` and \`'tcp\` are unknown, and so is
\`tcp;self\`. An allow list goes on with the other entries after a warning, and stops when none is left. In a deny list an
unknown name denies nothing, without a word. An error also where NIXL needs what the entry probably means.

Names that the table knows are never reported here, whether or not this machine has the hardware.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  examples: [
    {
      title: 'Capitals',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=RC,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'RC', severity: 'warning', message: 'capitals count' }],
      fixed: `export UCX_TLS=rc,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A blank behind the comma',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc, tcp,cuda_copy
`,
      findings: [{ covers: ' tcp', severity: 'warning', message: 'blanks are part of a name' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,tcp,cuda_copy
`,
    },
    {
      title: 'Nothing is left',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600
UCX_TLS=tcp;cuda_copy
`,
      findings: [{ covers: 'tcp;cuda_copy', severity: 'error', message: 'NIXL cannot create its backend' }],
      fixed: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600
UCX_TLS=tcp,cuda_copy
`,
    },
    {
      title: 'The one transport that recognises GPU memory',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: "rc, cuda_copy"
`,
      findings: [{ covers: ' cuda_copy', severity: 'error', message: 'cannot use the GPU memory' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: "rc,cuda_copy"
`,
    },
    {
      title: 'No such alias',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,gda,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'gda', severity: 'warning', message: 'Write `rc_gda`' }],
    },
    {
      title: 'In a deny list',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=^cuda_icp
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'cuda_icp', severity: 'warning', message: 'denies nothing' }],
      fixed: `export UCX_TLS=^cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'An item without a name',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_TLS=rc,,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: ',', severity: 'warning' }],
      fixed: `# nixl: ucx=1.22
export UCX_TLS=rc,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'The same before 1.22',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.21
export UCX_TLS=rc,,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Real names, whatever the hardware',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,dc,ud,srd,tcp,self,cuda_copy,cuda_ipc,gdr_copy,rocm_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'An MPI job',
      kind: 'good',
      file: 'job.sh',
      text: `export UCX_TLS=RC
mpirun ./solver
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=$BASE_TLS,TCP
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

function report(entry: UcxListEntry, list: TransportList, nothingLeft: boolean, engine: Engine): Finding {
  const place = entryPlace(list, entry);
  const meant = meantEntry(entry, list.ucx);
  const reason = whyUnknown(entry);
  const { severity, clause } = outcomeOf(entry, list, nothingLeft, engine);
  return finding(
    place,
    severity,
    `${code(entry.text)} in ${code('UCX_TLS')} is no transport of UCX${reason}: ${clause}.${meant === undefined ? '' : ` Write ${allOf(meant.split(','))}.`}`,
    [meant === undefined ? undefined : fix(`Write ${code(meant)}`, false, { place, newText: meant })],
  );
}

function outcomeOf(
  entry: UcxListEntry,
  list: TransportList,
  nothingLeft: boolean,
  engine: Engine,
): { readonly severity: Severity; readonly clause: string } {
  if (list.negated) return { severity: 'warning', clause: 'UCX denies nothing for it and does not say so' };
  if (nothingLeft) {
    const clause = 'no transport is left, UCX refuses to start and NIXL cannot create its backend';
    return { severity: 'error', clause };
  }
  const lost = lostBy(entry, list, engine);
  if (lost?.severity === 'error') return lost;
  return { severity: 'warning', clause: lost?.clause ?? 'UCX warns and goes on without it' };
}

function whyUnknown({ text, strict }: UcxListEntry): string {
  if (/[;|]/.test(text)) return ', entries are separated by commas';
  if (/^\s|\s$/.test(text)) return ', blanks are part of a name';
  if (/\s/.test(text)) return ', entries are separated by commas';
  if (/^["']|["']$/.test(text)) return ', quotes are part of a name';
  if (strict) return ', `\\` takes the exact name of a transport and no alias';
  return /[A-Z]/.test(text) ? ', capitals count' : '';
}

/** From 1.22 on an empty item is a name; one comma at the end is not. */
function* emptyItems(list: TransportList, engine: Engine): Iterable<Finding> {
  const { range } = behaviour('empty-item-named');
  const severity = list.negated ? undefined : severityIn(range, engine, 'warning');
  const empty = list.entries.slice(0, -1).find(({ text }) => text === '');
  if (!severity || !empty || namedEntries(list).length === 0) return;
  const at = { ...empty, end: empty.end + 1 };
  const place = entryPlace(list, at);
  yield finding(
    place,
    severity,
    `Nothing stands before this comma of ${code('UCX_TLS')}: ${releases(range)} warns about a transport without a name. Remove the comma.`,
    [fix('Remove the comma', true, { place, newText: '' })],
  );
}
