import {
  bufferDefaultRefused,
  bufferDeviceAllowed,
  bufferDeviceChecked,
  bufferDevices,
} from '../knowledge/buffer-devices';
import { type ConnectorConfig, type Engine, member, setScalar } from '../model';
import { type Finding, type Page, rule } from './rule';
import { nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { mayGainMembers } from './support/roles';
import { contentPlace, keyPlace, knownString } from './support/tree';
import { actor, applies, atMost, named, severityIn, versionOf } from './support/versions';
import { code, oneOf } from './support/words';

const PLATFORM_NAMES = { cuda: 'CUDA', rocm: 'ROCm', xpu: 'XPU', tpu: 'TPU', cpu: 'CPU' } as const;
const USUAL = ['cuda', 'cpu', 'xpu'] as const;

function given(value: string, connector: ConnectorConfig, engine: Engine): Finding | undefined {
  const node = member(connector.node, 'kv_buffer_device')!.value;
  const { platform } = engine;
  if (bufferDeviceAllowed(value, platform, versionOf(engine)) !== 'no') return undefined;
  const certain = severityIn(bufferDeviceChecked, engine, 'error');
  if (!certain) return undefined;
  const who = actor(bufferDeviceChecked, engine);
  const where = whereabouts(connector);
  if (!platform) {
    return finding(
      contentPlace(node),
      atMost(certain, 'warning'),
      `${code(value)} is no buffer device of NIXL${where} on any platform that vLLM brings: ${who} fails to start. Write ${oneOf(USUAL)}.`,
    );
  }
  const allowed = bufferDevices(platform, versionOf(engine));
  const [only] = allowed.length === 1 ? allowed : platform === 'rocm' ? ['cuda'] : [];
  return finding(
    contentPlace(node),
    certain,
    `NIXL does not take ${code(value)} as buffer device on ${PLATFORM_NAMES[platform]}${where}: ${who} fails to start. ${allowed.length > 0 ? `Write ${oneOf(allowed)}.` : 'Leave the key out.'}`,
    only ? [fix(`Write ${code(only)}`, false, setScalar(node, only))] : [],
  );
}

function missing(connector: ConnectorConfig, engine: Engine): Finding | undefined {
  const { platform } = engine;
  const range = platform && bufferDefaultRefused(platform);
  const named_ = member(connector.node, 'kv_connector');
  if (!platform || !range || !named_ || mayGainMembers(connector, engine)) return undefined;
  if (applies(range, engine) !== 'yes') return undefined;
  const allowed = bufferDevices(platform, versionOf(engine));
  if (allowed.length === 0) return undefined;
  return finding(
    keyPlace(named_),
    'warning',
    `\`kv_buffer_device\` is not given${whereabouts(connector)}, and ${named(engine)} takes \`cuda\` then, which is refused on ${PLATFORM_NAMES[platform]}: it fails to start. Add \`"kv_buffer_device": ${JSON.stringify(allowed[0])}\`.`,
  );
}

export const bufferDevice = rule({
  id: 'buffer-device',
  title: 'Buffer device that the platform does not allow',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of nixlConnectors(engine)) {
      const device = member(connector.node, 'kv_buffer_device');
      const value = knownString(device?.value);
      const found = device ? value !== undefined && given(value, connector, engine) : missing(connector, engine);
      if (found) yield found;
    }
  },
});

export const page = (): Page => ({
  description: `
From 0.10.1 on NIXL connectors check \`kv_buffer_device\` against the platform and refuse anything else: \`cuda\` on CUDA and
ROCm (which calls itself \`cuda\`, too), \`cpu\` there from 0.11.1 on, \`cpu\` on TPU and CPU, \`cpu\` and from 0.17.0 on \`xpu\` on XPU.
Up to 0.17 the default was \`cuda\` on every platform, so that the others have to name a device; leaving it out is a
warning, because a platform plugin may set it.

Without a known platform only a name that none of them takes is reported, as a warning, because a platform plugin may bring
its own.`,
  sources: ['vllm#35270', 'vllm#36438', 'vllm#18293', 'vllm#28356'],
  examples: [
    {
      title: 'ROCm calls itself cuda',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1 platform=rocm
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_buffer_device":"rocm"}'
`,
      findings: [{ covers: 'rocm', severity: 'error', message: 'on ROCm' }],
    },
    {
      title: 'A host buffer before 0.11.1',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.11.0', platform: 'cuda' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_buffer_device": "cpu"
}
`,
      findings: [{ covers: 'cpu', severity: 'error', message: 'Write `cuda`' }],
    },
    {
      title: 'XPU needs a device up to 0.17',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.16.0', platform: 'xpu' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_consumer"
}
`,
      findings: [{ covers: 'kv_connector', severity: 'warning', message: '"kv_buffer_device": "cpu"' }],
    },
    {
      title: 'A name that no platform takes',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_consumer",
  "kv_buffer_device": "gpu"
}
`,
      findings: [{ covers: 'gpu', severity: 'warning', message: 'on any platform' }],
    },
    {
      title: 'The same host buffer from 0.11.1 on',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.11.1', platform: 'cuda' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_buffer_device": "cpu"
}
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      assume: { platform: 'cuda' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_buffer_device": "cpu"
}
`,
    },
    {
      title: 'Allowed',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.17.0', platform: 'xpu' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_consumer",
  "kv_buffer_device": "xpu"
}
`,
    },
    {
      title: 'A device of a platform plugin',
      kind: 'open',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_consumer",
  "kv_buffer_device": "hpu"
}
`,
    },
  ],
});
