import { isEnvironmentOnly, lookupNixlConfigKey, nixlConfigFile, nixlConfigKeys } from '../knowledge/config-files';
import { lookupEnv } from '../knowledge/environment';
import { nearest } from '../knowledge/nearest';
import { type Engine, ucxConditionLabels, type Variable } from '../model';
import { type Finding, type Page, rule } from './rule';
import { severityInNixlConfig } from './support/config-file';
import { rename } from './support/environment';
import { finding, fix } from './support/findings';
import { applies, named, releases } from './support/versions';
import { code } from './support/words';

export const configFileKey = rule({
  id: 'config-file-key',
  title: 'Setting that nobody reads from this file',
  category: 'environment',
  severity: 'warning',
  *check(engine) {
    const { configFile } = engine;
    if (!configFile) return;
    if (configFile.library === 'nixl' && applies(nixlConfigFile(), engine) === 'no') {
      yield finding(
        engine.place,
        'warning',
        `${named(engine, 'nixl')} reads no configuration file, which ${releases(nixlConfigFile())} does: nothing here has an effect. Set the variables in the environment.`,
      );
      return;
    }
    for (const variable of configFile.unread) {
      const found = configFile.library === 'ucx' ? inUcx(variable) : inNixl(variable, engine);
      if (found) yield found;
    }
  },
});

function inUcx(variable: Variable): Finding | undefined {
  const { name } = variable;
  const exported = /^export\s+(UCX_\w+)$/.exec(name)?.[1];
  if (exported !== undefined) {
    return report(variable, `UCX takes \`export\` for a part of the name and drops the line without a word`, exported);
  }
  const label = conditionMeant(name);
  if (label !== undefined) {
    const outcome = 'this is no condition of UCX, so that the section counts on every machine';
    return report(variable, outcome, label, false);
  }
  if (name.startsWith('UCX_')) {
    const outcome = 'UCX reads it from the environment only, before it looks for this file';
    return lookupEnv(name) ? report(variable, outcome) : undefined;
  }
  // A program may ask UCX for names with a prefix of its own.
  if (name.includes('UCX_')) return undefined;
  const meant = [`UCX_${name}`, name.toUpperCase(), `UCX_${name.toUpperCase()}`].find((candidate) => isUcx(candidate));
  if (meant !== undefined) {
    return report(variable, 'UCX looks for whole names and drops the line without a word', meant);
  }
  const owner = lookupEnv(name)?.reader;
  const outcome = owner === undefined ? 'UCX looks up no such name' : `${owner} does not read this file`;
  return report(variable, `${outcome}: the line has no effect`);
}

function isUcx(name: string): boolean {
  return lookupEnv(name)?.owner === 'ucx';
}

function conditionMeant(name: string): string | undefined {
  const word = name.toLowerCase().replace(/[\s_-]+/g, ' ');
  const same = ucxConditionLabels.find((label) => label.toLowerCase() === word);
  if (same !== undefined) return same;
  if (/^(?:dmi )?product(?: name)?$/.test(word)) return 'Product name';
  return /^cpu\b/.test(word) ? nearest(word, ucxConditionLabels, 1)[0] : undefined;
}

function inNixl(variable: Variable, engine: Engine): Finding | undefined {
  const { name, node } = variable;
  const severity = severityInNixlConfig(nixlConfigFile(), engine, 'warning');
  if (!severity) return undefined;
  if (node?.type === 'object') {
    const known = node.members.map(({ key }) => key).find((key) => lookupNixlConfigKey(key));
    return known === undefined
      ? undefined
      : report(
          variable,
          `NIXL looks for ${code(known)} at the top of the file only, not in a table: it is dropped without a word`,
        );
  }
  if (isEnvironmentOnly(name)) {
    return report(variable, 'NIXL takes it from the environment only: the line has no effect');
  }
  const fact = lookupEnv(name);
  if (fact?.owner === 'ucx') {
    return report(variable, 'NIXL hands nothing of its file on to UCX: the line has no effect. Use the environment');
  }
  if (fact?.owner === 'vllm') return report(variable, 'vLLM does not read this file: the line has no effect');
  if (fact?.owner === 'nixl') return report(variable, 'NIXL looks up no such name in its file: the line has no effect');
  const upper = name.toUpperCase();
  const meant = lookupNixlConfigKey(upper) ? upper : nearest(name, nixlConfigKeys(), 1)[0];
  return meant === undefined
    ? undefined
    : report(variable, 'NIXL looks up no such name: the line has no effect', meant);
}

function report(variable: Variable, outcome: string, meant?: string, safe = false): Finding {
  return finding(
    variable.nameText.place(),
    'warning',
    `${code(variable.name)}: ${outcome}.${meant === undefined ? '' : ` Write ${code(meant)}.`}`,
    [meant === undefined ? undefined : fix(`Write ${code(meant)}`, safe, rename(variable, meant))],
  );
}

export const page = (): Page => ({
  description: `
A name that a library does not look up in its file is dropped without a word.

UCX looks for whole names (\`UCX_TLS\`, not \`TLS\` or \`export UCX_TLS\`), and a section of \`ucx.conf\` holds for some machines only
where its condition is spelled \`CPU vendor\`, \`CPU model\` or \`Product name\`: any other spelling is a setting that nobody knows,
and the section counts everywhere.

NIXL reads its file from 1.2.0 on, and only keys at its top: not those of a table, not \`NIXL_LOG_LEVEL\` or the settings of the
LIBFABRIC backend, which it takes from the environment alone, and no variable of UCX or vLLM.`,
  sources: [
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'nixl:src/utils/common/configuration.cpp@v1.4.0',
    'nixl:src/utils/common/nixl_log.cpp@v1.4.0',
    'nixl:src/plugins/ucx/config.cpp@v1.4.0',
  ],
  examples: [
    {
      title: 'Notation of a shell, and names without their prefix',
      kind: 'bad',
      file: 'ucx.conf',
      text: `export UCX_TLS=rc,tcp
NET_DEVICES=mlx5_0:1
VLLM_NIXL_SIDE_CHANNEL_PORT=5600
UCX_CONFIG_DIR=/etc/ucx
`,
      findings: [
        { covers: 'export UCX_TLS', severity: 'warning', message: 'a part of the name' },
        { covers: 'NET_DEVICES', severity: 'warning', message: 'Write `UCX_NET_DEVICES`' },
        { covers: 'VLLM_NIXL_SIDE_CHANNEL_PORT', severity: 'warning', message: 'vLLM does not read this file' },
        { covers: 'UCX_CONFIG_DIR', severity: 'warning', message: 'from the environment only' },
      ],
    },
    {
      title: 'A condition that is none',
      kind: 'bad',
      file: 'ucx.conf',
      text: `[Grace Hopper]
CPU Model=Grace
UCX_MAX_RMA_RAILS=4
`,
      findings: [{ covers: 'CPU Model', severity: 'warning', message: 'counts on every machine' }],
      fixed: `[Grace Hopper]
CPU model=Grace
UCX_MAX_RMA_RAILS=4
`,
    },
    {
      title: 'What NIXL does not look for in its file',
      kind: 'bad',
      file: 'nixl.cfg',
      text: `NIXL_LOG_LEVEL = "DEBUG"
UCX_TLS = "rc,cuda_copy"
NIXL_TELEMETRY_EXPORTR = "prometheus"

[telemetry]
NIXL_TELEMETRY_ENABLE = true
`,
      findings: [
        { covers: 'NIXL_LOG_LEVEL', severity: 'warning', message: 'from the environment only' },
        { covers: 'UCX_TLS', severity: 'warning', message: 'hands nothing of its file on to UCX' },
        { covers: 'NIXL_TELEMETRY_EXPORTR', severity: 'warning', message: 'Write `NIXL_TELEMETRY_EXPORTER`' },
        { covers: 'telemetry', severity: 'warning', message: 'not in a table' },
      ],
    },
    {
      title: 'A release that reads no file',
      kind: 'version',
      file: 'nixl.cfg',
      assume: { nixl: '1.1.0' },
      text: `NIXL_TELEMETRY_ENABLE = true
`,
      findings: [{ covers: 'NIXL_TELEMETRY_ENABLE', severity: 'warning', message: 'reads no configuration file' }],
    },
    {
      title: 'Settings that are read',
      kind: 'good',
      file: '.nixl.cfg',
      text: `NIXL_TELEMETRY_ENABLE = true
NIXL_TELEMETRY_EXPORTER = "prometheus"
NIXL_TELEMETRY_PROMETHEUS_PORT = 19090
AWS_DEFAULT_BUCKET = "kv"
`,
    },
    {
      title: 'A name with a prefix of a program',
      kind: 'good',
      file: 'ucx.conf',
      text: `MYAPP_UCX_TLS=tcp
`,
    },
    {
      title: 'A name that a template writes',
      kind: 'open',
      file: 'ucx.conf.j2',
      text: `{{ name }}=rc,tcp
`,
    },
  ],
});
