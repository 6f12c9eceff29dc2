import { type EnvFact, lookupEnv } from '../knowledge/environment';
import { ucxPresets } from '../knowledge/presets';
import { holds } from '../knowledge/version';
import type { Engine } from '../model';
import { type Page, rule } from './rule';
import { rename } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl, usesUcx } from './support/nixl-engine';
import { named, versionOf } from './support/versions';
import { code } from './support/words';

export const ucxVariableRenamed = rule({
  id: 'ucx-variable-renamed',
  title: 'UCX_ variable under an older name',
  category: 'ucx',
  severity: 'warning',
  *check(engine) {
    if (!usesUcx(engine)) return;
    for (const variable of engine.environment.effective()) {
      const fact = lookupEnv(variable.name);
      if (fact?.owner !== 'ucx' || fact.aliasOf === undefined || !variable.nameText.known) continue;
      if (holds(fact.range, versionOf(engine, 'ucx')) === 'no') continue;
      const { aliasOf } = fact;
      const present = engine.environment.get(aliasOf);
      const outcome = present ? bothSet(fact) : replaced(aliasOf, engine);
      yield finding(
        variable.nameText.place(),
        outcome ? 'warning' : 'hint',
        `${code(fact.name)} is an older name of ${code(aliasOf)}${outcome ?? ''}. ${present ? 'Remove it.' : `Write ${code(aliasOf)}.`}`,
        [present ? undefined : fix(`Write ${code(aliasOf)}`, false, rename(variable, aliasOf))],
        present ? [{ place: present.nameText.place(), message: 'The present name' }] : [],
      );
    }
  },
});

/** Of two names for one setting that comes last in UCX's table wins: with those of UCP the present one. */
function bothSet({ scope }: EnvFact): string {
  return scope === 'context'
    ? ', which is set too and wins: this one does not count'
    : ', which is set too: only one of the two counts';
}

/** NIXL sets the present name where nobody else does, and that wins over the old one. */
function replaced(name: string, engine: Engine): string | undefined {
  const preset = ucxPresets(name).find(
    ({ range, ucx, efa }) =>
      !efa &&
      holds(range, versionOf(engine, 'nixl')) === 'yes' &&
      (!ucx || holds(ucx, versionOf(engine, 'ucx')) === 'yes'),
  );
  if (!preset || !usesNixl(engine) || !engine.environment.absent(name)) return undefined;
  return `: ${named(engine, 'nixl')} looks for that one only, finds none, and sets it to ${code(preset.value)}, so that this value does not count`;
}

const serve = `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`;

export const page = (): Page => ({
  description: `
UCX keeps older names of some settings, such as \`UCX_MAX_RMA_LANES\` for \`UCX_MAX_RMA_RAILS\`. They still count, but where both
names are set, one of them does not.

NIXL looks for the present names before it sets values of its own: \`UCX_MAX_RMA_LANES=4\` does not keep it from setting
\`UCX_MAX_RMA_RAILS\` to 2.`,
  sources: ['ucx:src/ucp/core/ucp_context.c@v1.22.0', 'nixl:src/plugins/ucx/config.cpp@v1.4.0'],
  examples: [
    {
      title: 'Lanes, now rails',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_MAX_RMA_LANES=4
${serve}`,
      findings: [{ covers: 'UCX_MAX_RMA_LANES', severity: 'hint', message: 'Write `UCX_MAX_RMA_RAILS`' }],
      fixed: `export UCX_MAX_RMA_RAILS=4
${serve}`,
    },
    {
      title: 'A name that NIXL does not look for',
      kind: 'bad',
      file: 'prefill.service',
      text: `# nixl: nixl=1.4.1
[Service]
Environment=UCX_MAX_RMA_LANES=4
ExecStart=/usr/bin/vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'UCX_MAX_RMA_LANES', severity: 'warning', message: 'sets it to `2`' }],
    },
    {
      title: 'Both names',
      kind: 'bad',
      file: 'ucx.conf',
      text: `UCX_MAX_RNDV_RAILS=1
UCX_MAX_RNDV_LANES=4
`,
      findings: [{ covers: 'UCX_MAX_RNDV_LANES', severity: 'warning', message: 'does not count' }],
    },
    {
      title: 'The present name',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_MAX_RNDV_RAILS=4
${serve}`,
    },
    {
      title: 'A name that the script reads',
      kind: 'open',
      file: 'prefill.sh',
      text: `export "$NAME=4"
${serve}`,
    },
  ],
});
