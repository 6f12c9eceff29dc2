import { type NetworkNamespace, toValue, type Variable } from '../../model';
import { type DockerInstruction, parseDockerfile, type Reason, runShell, SourceText } from '../../syntax';
import type { Collector } from '../collector';
import type { CommandWords } from '../command/command-words';
import { imageReasons, startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { commandWords } from '../command/nested-scripts';
import { installedBy } from '../command/programs';
import type { Surroundings } from '../engine';
import { isOwnVariable, readUnseen } from '../unseen';
import type { Requirements } from '../versions';
import { DockerScope } from './scope';

/** One `FROM` and what follows it. */
interface Stage {
  readonly from: DockerInstruction;
  readonly alias: string | undefined;
  /** The earlier stage that it starts from. */
  readonly base: Stage | undefined;
  readonly instructions: DockerInstruction[];
}

/** Whoever starts a container may set variables and replace the command. */
const starter: Reason = { kind: 'host', detail: 'the command that starts the container' };

/** A Dockerfile: what a container of its last stage starts, with the variables that the image brings. */
export function readDockerfile(source: SourceText, reading: Reading): void {
  const { stages, global } = stagesOf(parseDockerfile(source));
  const last = stages.at(-1);
  if (!last) return;
  const chain = chainOf(last);
  const globals = new DockerScope();
  for (const instruction of global) globals.declare(instruction);
  const image = toValue(globals.expandImage(fromName(chain[0]!.from)));
  const scope = new DockerScope(globals);
  const variables: Variable[] = [];
  let requirements: Requirements = {};
  let entrypoint: DockerInstruction | undefined;
  let command: DockerInstruction | undefined;
  for (const instruction of chain.flatMap((stage) => stage.instructions)) {
    if (instruction.keyword === 'ARG') scope.declare(instruction);
    if (instruction.keyword === 'ENV') variables.push(...scope.set(instruction));
    if (instruction.keyword === 'RUN') requirements = { ...requirements, ...installs(instruction, reading.out) };
    if (instruction.keyword === 'CMD') command = instruction;
    if (instruction.keyword === 'ENTRYPOINT') entrypoint = instruction;
  }
  for (const { exhausted } of [globals, scope]) if (exhausted) reading.out.addLimit(undefined, exhausted);
  const network: NetworkNamespace = {
    key: `image ${reading.context.name}`,
    kind: 'container',
    label: 'a container of this image',
  };
  const around: Surroundings = {
    name: last.alias,
    network,
    image,
    variables,
    environmentOpen: [starter, ...imageReasons(image)],
    flagsOpen: [starter],
    replicated: false,
    conditional: undefined,
    requirements,
    layer: 'dockerfile',
    devices: undefined,
  };
  const place = (command ?? entrypoint)?.place ?? chain[0]!.from.place;
  const start = { command: wordsOf(entrypoint), args: wordsOf(command) ?? { words: [] }, place };
  if ((entrypoint || command) && startContainer(start, around, reading)) return;
  // Images of NIXL's own, for building and testing it, set its variables too.
  const holdsVllm =
    requirements.vllm !== undefined ||
    (image.kind !== 'unknown' && /vllm/i.test(image.source.text)) ||
    variables.some(({ name }) => name.startsWith('VLLM_NIXL_'));
  const first = variables.find(({ name }) => isOwnVariable(name));
  readUnseen(first?.nameText.place() ?? place, around, reading, holdsVllm);
}

function stagesOf(instructions: readonly DockerInstruction[]): { stages: Stage[]; global: DockerInstruction[] } {
  const stages: Stage[] = [];
  const global: DockerInstruction[] = [];
  const named = new Map<string, Stage>();
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const alias = /\sAS\s+(\S+)\s*$/i.exec(instruction.text.text)?.[1];
      const base = named.get(fromName(instruction).text.toLowerCase());
      const stage: Stage = { from: instruction, alias, base, instructions: [] };
      stages.push(stage);
      if (alias) named.set(alias.toLowerCase(), stage);
    } else (stages.at(-1)?.instructions ?? global).push(instruction);
  }
  return { stages, global };
}

/** A stage and the earlier ones that it starts from, the first of them first. */
function chainOf(last: Stage): Stage[] {
  const chain: Stage[] = [];
  for (let stage: Stage | undefined = last; stage; stage = stage.base) chain.push(stage);
  return chain.reverse();
}

function fromName({ text }: DockerInstruction): SourceText {
  const match = /^(?:--\S+\s+)*(\S+)/.exec(text.text);
  const end = match ? match[0].length : 0;
  return text.slice(end - (match?.[1]?.length ?? 0), end);
}

/** Exec form: the words. Shell form: `/bin/sh -c` and the text. */
function wordsOf(instruction: DockerInstruction | undefined): CommandWords | undefined {
  if (!instruction) return undefined;
  if (instruction.exec) return { words: instruction.exec };
  return { words: [SourceText.root('/bin/sh'), SourceText.root('-c'), instruction.text] };
}

/** Only what is installed by its exact version says something about the image. */
function installs({ text, exec }: DockerInstruction, out: Collector): Requirements {
  if (exec) return installedBy({ words: exec });
  if (!/\binstall\b/.test(text.text)) return {};
  const { commands, exhausted } = runShell(text);
  if (exhausted) out.addLimit(text.place(), exhausted);
  const certain = commands.filter(({ conditional }) => !conditional);
  return Object.assign({}, ...certain.map((command) => installedBy(commandWords(command))));
}
