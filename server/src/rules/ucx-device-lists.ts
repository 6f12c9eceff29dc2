import { behaviour } from '../knowledge/behaviours';
import { deviceLimit } from '../knowledge/ucx-devices';
import { type Page, rule } from './rule';
import { valuePlace } from './support/environment';
import { finding } from './support/findings';
import { countNames, DEVICE_LISTS, deviceList, UCX_NET_DEVICES } from './support/ucx-devices';
import { actor, severityIn } from './support/versions';
import { code } from './support/words';

export const ucxDeviceLists = rule({
  id: 'ucx-device-lists',
  title: 'Device lists that UCX refuses',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const lists = DEVICE_LISTS.map((name) => deviceList(engine, name));
    if (lists.every((list) => list && list.names.length === 0 && !list.negated)) {
      for (const list of lists) {
        yield finding(
          valuePlace(list!.variable),
          'error',
          'All four device lists are empty: UCX refuses to start and NIXL cannot create its backend. Remove these variables.',
        );
      }
      return;
    }
    const { range } = behaviour('device-denial');
    for (const list of lists) {
      if (!list || list.variable.name === UCX_NET_DEVICES) continue;
      const { name } = list.variable;
      if (list.names[0]?.text === 'all' && list.names.length > 1) {
        const severity = severityIn(range, engine, 'error');
        if (severity) {
          yield finding(
            valuePlace(list.variable),
            severity,
            `${actor(range, engine)} refuses ${code(list.text)}: \`all\` must stand alone in ${code(name)}, and NIXL cannot create its UCX backend. Write \`all\`, or the devices without it.`,
          );
        }
      }
      const { count, tooMany } = countNames(list, false);
      if (tooMany) {
        yield finding(
          valuePlace(list.variable),
          'error',
          `${code(name)} comes to ${count} names, but UCX takes at most ${deviceLimit}: it aborts the process. Name fewer devices.`,
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
UCX filters devices by four lists: \`UCX_NET_DEVICES\`, \`UCX_SHM_DEVICES\`, \`UCX_ACC_DEVICES\` and \`UCX_SELF_DEVICES\`. When all
four are empty it refuses to start. From 1.21 on \`all\` must stand alone in each, and more than ${deviceLimit} names in one abort
the process.

The names in \`UCX_NET_DEVICES\` have a rule of their own.`,
  sources: ['ucx:src/ucp/core/ucp_context.c@v1.22.0', 'ucx:src/ucs/config/parser.c@v1.22.0'],
  examples: [
    {
      title: 'All four empty',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=
export UCX_SHM_DEVICES=
export UCX_ACC_DEVICES=
export UCX_SELF_DEVICES=
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [
        { covers: 'UCX_NET_DEVICES', severity: 'error', message: 'All four' },
        { covers: 'UCX_SHM_DEVICES', severity: 'error', message: 'All four' },
        { covers: 'UCX_ACC_DEVICES', severity: 'error', message: 'All four' },
        { covers: 'UCX_SELF_DEVICES', severity: 'error', message: 'All four' },
      ],
    },
    {
      title: 'All and one',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_SHM_DEVICES=all,memory
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'all,memory', severity: 'error', message: 'must stand alone' }],
    },
    {
      title: 'The same before 1.21',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_SHM_DEVICES=all,memory
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'One of them empty',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_SELF_DEVICES=
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'One of them not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=$NICS
export UCX_SHM_DEVICES=
export UCX_ACC_DEVICES=
export UCX_SELF_DEVICES=
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
