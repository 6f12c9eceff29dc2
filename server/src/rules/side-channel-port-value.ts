import { lookupEnv } from '../knowledge/environment';
import { knownInteger } from '../model';
import { type Page, rule } from './rule';
import { isQuoted, known, SIDE_CHANNEL_PORT, setValue, valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { erasOf, eraWords, listenersOf, portWords } from './support/side-channel-ports';
import { code } from './support/words';

const HIGHEST = 65_535;

export const sideChannelPortValue = rule({
  id: 'side-channel-port-value',
  title: 'Side-channel port that is no port, or whose ranks run out of ports',
  category: 'side-channel',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine) || opensSideChannel(engine) === 'no') return;
    const port = known(engine, SIDE_CHANNEL_PORT);
    if (!port || isQuoted(port.text)) return;
    const { variable, text } = port;
    const base = knownInteger(variable.value);
    const is = `${code(SIDE_CHANNEL_PORT)} is ${text === '' ? 'empty' : code(text)}`;
    if (base === undefined) {
      const digits = /\d{2,}/.exec(text.replace(/^.*:/, ''))?.[0];
      const usual = lookupEnv(SIDE_CHANNEL_PORT)?.typeWords ?? 'a whole number';
      yield finding(
        valuePlace(variable),
        'error',
        `${is}, but must be ${usual}: vLLM stops when it reads it. Write a port such as ${code(digits ?? '5600')}.`,
        [digits ? fix(`Write ${code(digits)}`, false, setValue(variable, digits)) : undefined],
      );
      return;
    }
    if (base <= 0 || base > HIGHEST) {
      yield finding(
        valuePlace(variable),
        'error',
        `${is}, which is no port: ${outcome(base)}. Write a port between 1024 and ${HIGHEST}.`,
      );
      return;
    }
    const eras = erasOf(engine);
    const beyond = eras.flatMap((era) => {
      const listeners = listenersOf(engine, era);
      return listeners && listeners.last > HIGHEST ? [{ era, listeners }] : [];
    });
    const worst = beyond.at(-1);
    if (!worst) return;
    const always = beyond.length === eras.length;
    yield finding(
      valuePlace(variable),
      always ? 'error' : 'info',
      `${is}, so that the ranks of this engine listen on ${portWords(worst.listeners)}${always ? '' : ` with ${eraWords(worst.era)}`}: there is no port above ${HIGHEST}. Start lower.`,
    );
  },
});

export const page = (): Page => ({
  description: `
\`VLLM_NIXL_SIDE_CHANNEL_PORT\` is read with Python's \`int()\`: anything else is an exception at start. vLLM does not check the
range. 65536 is refused by the socket, larger numbers wrap (70000 becomes 4464), 0 takes a random port; in all these cases
the number that the other side is told stays the configured one, and it dials a port where nobody listens.

The same holds when the base is fine but base + rank is not.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#26338'],
  examples: [
    {
      title: 'Not a number',
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600/tcp"
`,
      findings: [{ covers: '5600/tcp', severity: 'error', message: 'must be a whole number' }],
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
    },
    {
      title: 'Beyond the last port',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=70000
`,
      findings: [{ covers: '70000', severity: 'error', message: 'binds another one' }],
    },
    {
      title: 'A random one',
      kind: 'bad',
      file: 'prefill.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=0 vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '0', severity: 'error', message: 'random' }],
    },
    {
      title: 'The last ranks have no port',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=65530 vllm serve Qwen/Qwen3-32B --data-parallel-size 8 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '65530', severity: 'error', message: '65530–65537' }],
    },
    {
      title: 'Room for all ranks',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=65528 vllm serve Qwen/Qwen3-32B --data-parallel-size 8 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'As Python reads it',
      kind: 'good',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT="5_600"
`,
    },
    {
      title: 'Ports for tensor-parallel ranks, up to 0.11.0',
      kind: 'version',
      file: 'prefill.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=65530 vllm serve Qwen/Qwen3-32B --tensor-parallel-size 8 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '65530', severity: 'info', message: '0.9.2 to 0.11.0' }],
    },
    {
      title: 'A value that Helm fills in',
      kind: 'open',
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: '{{ .Values.port }}'
`,
    },
  ],
});

function outcome(port: number): string {
  if (port === 0) return 'the listener takes a random one, while the other side is told 0';
  if (port === HIGHEST + 1) return 'the listener cannot bind and the engine hangs while starting';
  return 'the listener binds another one, while the other side is told this number';
}
