import { Flags, toValue, type Variable } from '../model';
import { maskTemplates, type Reason, type ShellRun, type SourceText } from '../syntax';
import type { Reading } from './command/launch';
import { readRun, runIn } from './command/nested-scripts';
import { addEngine, type Surroundings } from './engine';
import { isOwnVariable } from './unseen';

const host: Reason = { kind: 'host', detail: 'the shell that starts the script' };

/** A shell script or batch job: every vLLM that it starts. All of them share the host that it runs on. */
export function readShellScript(source: SourceText, reading: Reading): void {
  const script = maskTemplates(source, 'text');
  const around = surroundScript(reading.context.name);
  const run = runIn(script, around, reading);
  if (!readRun(run, around, reading)) readSourced(run, around, reading);
}

function surroundScript(name: string): Surroundings {
  return {
    name: undefined,
    network: { key: `host of ${name}`, kind: 'host', label: 'the host of this script' },
    image: undefined,
    variables: [],
    environmentOpen: [host],
    flagsOpen: [],
    replicated: false,
    conditional: undefined,
    requirements: {},
    layer: 'shell',
    devices: undefined,
  };
}

/** Commands of scripts that do nothing but set variables. */
const setters =
  /^(export|declare|typeset|local|unset|set|shopt|source|\.|:|true|false|echo|printf|cd|return|exit|test|\[|\[\[|if|ulimit|umask|module)$/;

/** A script that only exports variables is meant to be sourced: it counts when it sets one of NIXL's own. */
function readSourced({ variables, open, commands }: ShellRun, around: Surroundings, reading: Reading): void {
  if (commands.some(({ words }) => words[0] && !setters.test(words[0].text))) return;
  const exported = variables
    .filter((variable) => variable.exported)
    .map(({ name, nameText, value }): Variable => ({ name, nameText, value: toValue(value), via: 'shell' }));
  if (!exported.some(({ name }) => isOwnVariable(name))) return;
  addEnvironmentFile(exported, [...around.environmentOpen, ...open], around, reading);
}

const ownNames = /^(VLLM_NIXL_|NIXL_)/;

/** An environment on its own is a NIXL engine's when it sets a variable of NIXL or of vLLM's side channel. */
export function addEnvironmentFile(
  variables: readonly Variable[],
  open: readonly Reason[],
  around: Surroundings,
  reading: Reading,
): void {
  const first = variables.find(({ name }) => ownNames.test(name));
  if (!first) return;
  const starter: Reason = { kind: 'wrapper', detail: 'the command that uses this file' };
  const flags = new Flags([], [starter]);
  const network = { ...around.network, kind: 'unknown', label: 'the engine of this file' } as const;
  const inside = { ...around, network, variables, environmentOpen: [...open, starter] };
  const place = first.nameText.place();
  addEngine({ entry: 'env file', place, flags }, inside, reading.context, reading.out);
}
