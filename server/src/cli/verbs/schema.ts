import { parseArgs } from 'node:util';
import {
  compareVersions,
  connectorState,
  describeBounds,
  isBeyondTables,
  lookupConnector,
  nearest,
  nearestConnectors,
  newestRelease,
  oldestRelease,
  parseVersion,
} from '../../knowledge';
import {
  connectorSchema,
  connectorsWithSchema,
  type JsonSchema,
  kvTransferConfigSchema,
} from '../../knowledge/versioned-schema';
import { versionOption } from '../arguments';
import { EXIT } from '../terminal';
import { WrongUse } from '../wrong-use';
import type { Verb } from './verb';

const WHOLE = 'kv-transfer-config';

export const schemaVerb: Verb = {
  name: 'schema',
  help: `nixl-lint schema prints a JSON Schema (2020-12) of the configuration as one vLLM release takes it.

Usage: nixl-lint schema [NAME] [--vllm-version VERSION]
       nixl-lint schema --list [--vllm-version VERSION]

NAME is ${WHOLE} (the default: the whole object, with the settings of each connector) or a connector such as
NixlConnector (its kv_connector_extra_config alone). The schema needs no other file and has no keywords of our own.

  --vllm-version VERSION   the release (the newest known one otherwise)
  --list                   print the names that there are in the release
  --help, -h               this text

Exit status: 0 printed, 2 wrong use.
`,
  async run(words, terminal) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { 'vllm-version': { type: 'string' }, list: { type: 'boolean' } },
      allowPositionals: true,
    });
    const release = releaseOf(values['vllm-version']);
    if (isBeyondTables('vllm', release)) {
      terminal.say(`vLLM ${release} is newer than what is known: this is vLLM ${newestRelease('vllm')}.`);
    }
    if (values.list) {
      if (positionals.length > 0) throw new WrongUse('`--list` takes no name.');
      await terminal.out([WHOLE, ...connectorsWithSchema(release)].map((name) => `${name}\n`).join(''));
      return EXIT.fine;
    }
    if (positionals.length > 1) throw new WrongUse('One name at a time.');
    await terminal.out(`${JSON.stringify(schemaOf(positionals[0] ?? WHOLE, release), undefined, 2)}\n`);
    return EXIT.fine;
  },
};

function releaseOf(option: string | undefined): string {
  const text = versionOption('--vllm-version', option);
  if (text === undefined) return newestRelease('vllm');
  const oldest = oldestRelease('vllm');
  if (compareVersions(parseVersion(text)!, parseVersion(oldest)!) < 0) {
    throw new WrongUse(`\`--vllm-version ${text}\`: nothing is known of releases before ${oldest}.`);
  }
  return text.trim().replace(/^v/i, '');
}

function schemaOf(name: string, release: string): JsonSchema {
  if (name === WHOLE) return kvTransferConfigSchema(release);
  const found = connectorSchema(name, release);
  if (found) return found;
  throw new WrongUse(`\`${name}\`: ${whyNot(name, release)}`);
}

function whyNot(name: string, release: string): string {
  const fact = lookupConnector(name);
  if (!fact) {
    const names = [...nearestConnectors(name, release), ...nearest(name, [WHOLE])].map((other) => `\`${other}\``);
    const meant = names.length > 0 ? ` Do you mean ${names.join(', ')}?` : '';
    return `there is no schema of this name.${meant} \`nixl-lint schema --list\` lists them.`;
  }
  const { state } = connectorState(name, release);
  if (state === 'not-yet' || state === 'removed') {
    return `vLLM ${release} does not have it (${fact.ranges.map(describeBounds).join(', ')}).`;
  }
  return 'its settings are not known; any key is taken.';
}
