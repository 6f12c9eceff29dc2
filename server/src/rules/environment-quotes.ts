import { checkEnvValue, type EnvFact, lookupEnv } from '../knowledge/environment';
import { lookupTransport, lookupTransportAlias } from '../knowledge/transports';
import { readUcxList } from '../knowledge/ucx-list';
import type { Engine } from '../model';
import { rule, type Severity } from './rule';
import {
  isQuoted,
  knownVariables,
  SIDE_CHANNEL_HOST,
  SIDE_CHANNEL_PORT,
  setValue,
  valuePlace,
} from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { UCX_TLS } from './support/ucx-transports';
import { SEVERITIES } from './support/variable-values';
import { versionsOf } from './support/versions';
import { code } from './support/words';

const WHY: Readonly<Record<string, string>> = {
  kubernetes: 'YAML takes away one pair of quotes only',
  compose: 'in a list of `NAME=value` Compose keeps quotes',
  'env-file': 'docker reads an env file without taking quotes away',
};

export const environmentQuotes = rule({
  id: 'environment-quotes',
  title: 'Quotes that become part of a value',
  category: 'environment',
  severity: 'error',
  description: `
A shell takes quotes away, docker's \`--env-file\` and a list entry \`NAME="value"\` in Compose do not, and YAML takes away one
pair only. The process then sees the quotes: a host cannot be resolved, a number is none, and a UCX name that begins or
ends with a quote is unknown.`,
  sources: [
    'https://docs.docker.com/reference/cli/docker/container/run/#env',
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'vllm:vllm/envs.py@v0.25.1',
  ],
  *check(engine) {
    if (!usesNixl(engine)) return;
    for (const { variable, text } of knownVariables(engine)) {
      const fact = lookupEnv(variable.name);
      if (!fact || fact.owner === 'other' || !isQuoted(text)) continue;
      const bare = text.slice(1, -1);
      const reason = WHY[variable.via];
      yield finding(
        valuePlace(variable),
        severityOf(fact, text, engine),
        `The quotes belong to the value of ${code(variable.name)}${reason ? `: ${reason}` : ''}. ${fact.reader} gets ${code(text)} and does not know what it is; write ${code(bare)}.`,
        [fix(`Write ${code(bare)}`, false, setValue(variable, bare))],
      );
    }
  },
  examples: [],
});

function severityOf(fact: EnvFact, text: string, engine: Engine): Severity {
  if (fact.name === SIDE_CHANNEL_HOST || fact.name === SIDE_CHANNEL_PORT) return 'error';
  if (fact.name === UCX_TLS) {
    const { entries } = readUcxList(text);
    return entries.some(({ name }) => lookupTransport(name) || lookupTransportAlias(name)) ? 'warning' : 'error';
  }
  const verdict = checkEnvValue(fact, text, versionsOf(engine));
  return verdict.ok || !verdict.certain ? 'warning' : SEVERITIES[verdict.consequence];
}
