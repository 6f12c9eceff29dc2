import type { NetworkNamespace } from '../model';
import { maskTemplates, parseYaml, type Reason, type SourceText } from '../syntax';
import type { Reading } from './command/launch';
import { readFlagMap } from './config/flag-map';
import { addEngine, type Surroundings } from './engine';

const commandLine: Reason = { kind: 'wrapper', detail: 'the command line that names this file' };

/** A vLLM `--config` file on its own: flags of an engine whose command line and environment are elsewhere. */
export function readVllmConfig(source: SourceText, reading: Reading): void {
  const { root } = parseYaml(maskTemplates(source));
  if (root?.type !== 'object') return;
  const flags = readFlagMap(root, [commandLine]);
  const first = root.members[0];
  const around = surroundFile(reading.context.name, 'this configuration');
  addEngine(
    { entry: 'config file', place: first?.keyPlace ?? root.place, flags },
    around,
    reading.context,
    reading.out,
  );
}

/** The surroundings of an engine that a file describes without starting it. */
export function surroundFile(name: string, label: string): Surroundings {
  const network: NetworkNamespace = { key: `file ${name}`, kind: 'unknown', label };
  return {
    name: undefined,
    network,
    image: undefined,
    variables: [],
    environmentOpen: [commandLine],
    flagsOpen: [commandLine],
    replicated: false,
    conditional: undefined,
    requirements: {},
    layer: undefined,
    devices: undefined,
  };
}
