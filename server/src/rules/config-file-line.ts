import { nixlConfigFile } from '../knowledge/config-files';
import type { ConfigFileProblem, Engine } from '../model';
import { type Finding, type Page, rule } from './rule';
import { severityInNixlConfig } from './support/config-file';
import { finding, fix } from './support/findings';

export const configFileLine = rule({
  id: 'config-file-line',
  title: 'Line of a configuration file that does not say what it seems to say',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    for (const problem of engine.configFile?.problems ?? []) {
      const found = engine.configFile?.library === 'ucx' ? inUcx(problem) : inNixl(problem, engine);
      if (found) yield found;
    }
  },
});

function inUcx({ kind, place, message }: ConfigFileProblem): Finding {
  switch (kind) {
    case 'indented':
      return finding(
        place,
        'warning',
        `This is ${message}: UCX replaces that value with it. Begin the line without blanks.`,
        [fix('Remove the blanks in front', false, { place: indentation({ place }), newText: '' })],
      );
    case 'too-long':
      return finding(
        place,
        'warning',
        `This is ${message}: UCX reads 199 characters, cuts the value there, and takes what follows for a new line. Write a shorter line.`,
      );
    case 'no-bracket':
      return finding(
        place,
        'warning',
        `This header has ${message}: UCX warns, and what follows belongs to the section above. Write \`]\`.`,
      );
    default:
      return finding(
        place,
        'warning',
        `This line has ${message}: UCX warns that it cannot parse the file, and sets nothing here. Write it as \`UCX_NAME=value\`, or begin it with \`#\`.`,
      );
  }
}

/** The blanks in front of a line. */
function indentation({ place: { source, span } }: Pick<ConfigFileProblem, 'place'>): ConfigFileProblem['place'] {
  return source.place({ start: source.text.lastIndexOf('\n', span.start - 1) + 1, end: span.start });
}

function inNixl({ kind, place, message }: ConfigFileProblem, engine: Engine): Finding | undefined {
  const severity = severityInNixlConfig(nixlConfigFile(), engine, 'error');
  if (!severity) return undefined;
  const notation = kind === 'newer' ? 'newer than the TOML that NIXL reads' : 'not TOML';
  return finding(
    place,
    severity,
    `This is ${notation}: ${message}. NIXL reads nothing of the file and throws, and the agent cannot be created.`,
  );
}

export const page = (): Page => ({
  description: `
UCX reads \`ucx.conf\` as an INI file, line by line, and goes on after whatever it cannot read: a line without \`=\` sets nothing,
the rest of one with more than 199 characters is a line of its own, and an *indented* line is another value of the setting
above it, which it replaces.

NIXL (from 1.2.0 on) reads its own file as TOML 1.0 and takes nothing from it after any mistake: the first thing that it looks
up throws, and the agent cannot be created.`,
  sources: [
    'ucx:src/ucs/config/ini.c@v1.22.0',
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'nixl:src/utils/common/configuration.cpp@v1.4.0',
    'https://toml.io/en/v1.0.0',
  ],
  examples: [
    {
      title: 'An indented setting',
      kind: 'bad',
      file: 'ucx.conf',
      text: `[transports]
UCX_NET_DEVICES=mlx5_0:1
  UCX_TLS=rc,cuda_copy
`,
      findings: [
        { covers: 'UCX_TLS=rc,cuda_copy', severity: 'warning', message: 'another value of `UCX_NET_DEVICES`' },
      ],
      fixed: `[transports]
UCX_NET_DEVICES=mlx5_0:1
UCX_TLS=rc,cuda_copy
`,
    },
    {
      title: 'Notation of a shell',
      kind: 'bad',
      file: 'ucx.conf',
      text: `UCX_TLS=rc,tcp
unset UCX_NET_DEVICES
[ib
UCX_IB_SL=3
`,
      findings: [
        { covers: 'unset UCX_NET_DEVICES', severity: 'warning', message: 'neither `=` nor `:`' },
        { covers: '[ib', severity: 'warning', message: 'no `]`' },
      ],
    },
    {
      title: 'A line that is too long',
      kind: 'bad',
      file: 'ucx.conf',
      text: `UCX_NET_DEVICES=${Array.from({ length: 24 }, (_, index) => `mlx5_${index}:1`).join(',')}
`,
      findings: [{ covers: '5_19:1,mlx5_20:1,mlx5_21:1,mlx5_22:1,mlx5_23:1', severity: 'warning', message: '199' }],
    },
    {
      title: 'A value without quotes',
      kind: 'bad',
      file: 'nixl.cfg',
      assume: { nixl: '1.4.1' },
      text: `NIXL_TELEMETRY_ENABLE = true
NIXL_TELEMETRY_EXPORTER = prometheus
`,
      findings: [{ covers: 'prometheus', severity: 'error', message: 'a text stands in quotes' }],
    },
    {
      title: 'A second value',
      kind: 'bad',
      file: '.nixl.cfg',
      text: `NIXL_PLUGIN_DIR = "/opt/plugins"
NIXL_PLUGIN_DIR = "/usr/lib/plugins"
`,
      findings: [{ covers: 'NIXL_PLUGIN_DIR', severity: 'warning', message: 'a second value' }],
    },
    {
      title: 'A release that does not read the file',
      kind: 'version',
      file: 'nixl.cfg',
      assume: { nixl: '1.0.0' },
      text: `NIXL_PLUGIN_DIR = /opt/plugins
`,
    },
    {
      title: 'Comments, sections and conditions',
      kind: 'good',
      file: 'ucx.conf',
      text: `# for all machines
UCX_TLS = rc,tcp,cuda_copy ; and nothing else

[Grace Hopper]
CPU model=Grace
UCX_MAX_RMA_RAILS: 4
`,
    },
    {
      title: 'A line that a template writes',
      kind: 'open',
      file: 'nixl.cfg.j2',
      text: `NIXL_TELEMETRY_ENABLE = {{ telemetry }}
{% include "more.cfg" %}
`,
    },
  ],
});
