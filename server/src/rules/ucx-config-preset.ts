import { type UcxPreset, ucxPresets } from '../knowledge/presets';
import { holds } from '../knowledge/version';
import type { Engine } from '../model';
import { type Page, rule, type Severity } from './rule';
import { knownVariables } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { named, releases, versionOf } from './support/versions';
import { code } from './support/words';

export const ucxConfigPreset = rule({
  id: 'ucx-config-preset',
  title: 'Setting of ucx.conf that NIXL replaces',
  category: 'ucx',
  severity: 'warning',
  *check(engine) {
    if (engine.entry !== 'ucx config file' || !usesNixl(engine)) return;
    for (const { variable, text } of knownVariables(engine)) {
      const found = presetFor(variable.name, text, engine);
      if (!found) continue;
      const { preset, severity } = found;
      const who = severity === 'warning' ? named(engine, 'nixl') : releases(preset.range);
      const where = preset.efa ? ' on hosts with an EFA device' : '';
      yield finding(
        variable.nameText.place(),
        severity,
        `${who} sets ${code(variable.name)} to ${code(preset.value)} itself${where} unless the environment sets it, and does not look into this file: the value here does not count. Set it in the environment.`,
      );
    }
  },
});

/** What NIXL certainly sets instead of this value, or else what newer releases may. */
function presetFor(
  name: string,
  text: string,
  engine: Engine,
): { readonly preset: UcxPreset; readonly severity: Severity } | undefined {
  let possible: UcxPreset | undefined;
  for (const preset of ucxPresets(name)) {
    const nixl = holds(preset.range, versionOf(engine, 'nixl'));
    const ucx = preset.ucx ? holds(preset.ucx, versionOf(engine, 'ucx')) : 'yes';
    if (nixl === 'no' || ucx === 'no') continue;
    const certain = nixl === 'yes' && ucx === 'yes' && !preset.efa;
    if (certain) return preset.value === text ? undefined : { preset, severity: 'warning' };
    if (preset.value !== text) possible = preset;
  }
  return possible && { preset: possible, severity: 'info' };
}

export const page = (): Page => ({
  description: `
NIXL sets some variables of UCX itself, such as \`UCX_RNDV_THRESH=inf\` and \`UCX_MAX_RMA_RAILS=2\`, unless the *environment* sets
them. It does not look into \`ucx.conf\`, and what it sets wins over the file. Only said in a file that names NIXL or vLLM
somewhere: for other programs the file counts.`,
  sources: ['nixl:src/plugins/ucx/config.cpp@v1.4.0', 'nixl:src/plugins/ucx/ucx_utils.cpp@v1.4.0'],
  examples: [
    {
      title: 'A threshold that NIXL sets too',
      kind: 'bad',
      file: 'ucx.conf',
      text: `# nixl: nixl=1.4.1
UCX_RNDV_THRESH=8k
UCX_TLS=rc,tcp,cuda_copy
`,
      findings: [{ covers: 'UCX_RNDV_THRESH', severity: 'warning', message: 'to `inf` itself' }],
    },
    {
      title: 'The same value',
      kind: 'good',
      file: 'ucx.conf',
      text: `# nixl: nixl=1.4.1
UCX_MAX_RMA_RAILS=2
`,
    },
    {
      title: 'Another release',
      kind: 'version',
      file: 'ucx.conf',
      text: `# nixl: nixl=0.9.0
UCX_RCACHE_MAX_UNRELEASED=2048
`,
    },
    {
      title: 'Where the release is not known',
      kind: 'version',
      file: 'ucx.conf',
      text: `# prefill with vLLM
UCX_MAX_RMA_RAILS=4
`,
      findings: [{ covers: 'UCX_MAX_RMA_RAILS', severity: 'info' }],
    },
    {
      title: 'The environment',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_RNDV_THRESH=8k
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A file for any program',
      kind: 'open',
      file: 'ucx.conf',
      text: `UCX_RNDV_THRESH=8k
`,
    },
  ],
});
