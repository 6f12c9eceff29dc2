import type { EntryPoint } from '../../model';
import type { Place, SourceText } from '../../syntax';
import { baseName, placeOfWords } from '../config/pieces';
import type { Requirements } from '../versions';
import { type CommandWords, knownWord, programName } from './command-words';

/** A program that starts vLLM, found in a command. */
export interface Program {
  readonly entry: EntryPoint;
  readonly place: Place;
  /** The index of its first argument. */
  readonly from: number;
}

/** Another program that listens on a port of its own. */
export interface ListeningProgram {
  /** "the proxy", "the router". */
  readonly label: string;
  readonly word: SourceText;
  readonly from: number;
  readonly defaultPort: number | undefined;
}

const modules: Readonly<Record<string, EntryPoint>> = {
  'vllm.entrypoints.openai.api_server': 'api_server',
  // The same engine arguments behind gRPC (vllm/entrypoints/grpc_server.py).
  'vllm.entrypoints.grpc_server': 'api_server',
  'dynamo.vllm': 'dynamo.vllm',
};

/** Options of Python that take the next word. */
const pythonOptionsWithValue = new Set(['-W', '-X', '--check-hash-based-pycs']);

/** The vLLM that starts with the word at `index`, if one does. */
export function vllmAt(command: CommandWords, index: number): Program | undefined {
  const word = command.words[index];
  if (!word) return undefined;
  const name = programName(command, index);
  if (name === 'vllm' && knownWord(command, index + 1) === 'serve') {
    return {
      entry: 'vllm serve',
      place: placeOfWords(command.words.slice(index, index + 2), 'first'),
      from: index + 2,
    };
  }
  // `$PYTHON -m vllm…`: only Python is called like that.
  const python = name !== undefined ? isPython(name) : knownWord(command, index + 1) === '-m';
  if (!python) return undefined;
  const run = pythonTarget(command, index + 1);
  const target = run && knownWord(command, run.at);
  if (target === undefined) return undefined;
  const place = placeOfWords(command.words.slice(index, run!.at + 1), 'last');
  if (run!.module) {
    const entry = modules[target];
    if (entry) return { entry, place, from: run!.at + 1 };
    const isCli = target === 'vllm' || target === 'vllm.entrypoints.cli.main';
    return isCli && knownWord(command, run!.at + 1) === 'serve'
      ? { entry: 'vllm serve', place, from: run!.at + 2 }
      : undefined;
  }
  return /(^|\/)entrypoints\/openai\/api_server\.py$/.test(target)
    ? { entry: 'api_server', place, from: run!.at + 1 }
    : undefined;
}

/** Ports that the scripts of vLLM's repository listen on when none is given. */
const proxyPorts: Readonly<Record<string, number>> = {
  'toy_proxy_server.py': 8000,
  'disagg_proxy_demo.py': 8000,
  'disagg_proxy_multiturn.py': 8000,
  'disagg_proxy_pushconnector_demo.py': 8000,
  'moriio_toy_proxy_server.py': 10001,
};

/** The proxy or router that starts with the word at `index`, if one does. */
export function listenerAt(command: CommandWords, index: number): ListeningProgram | undefined {
  const name = programName(command, index);
  const word = command.words[index];
  if (name === undefined || !word) return undefined;
  if (name === 'vllm-router') return { label: 'the router', word, from: index + 1, defaultPort: undefined };
  const run = isPython(name) ? pythonTarget(command, index + 1) : { at: index, module: false };
  const target = run && command.words[run.at];
  if (!target || run.module) return undefined;
  const script = baseName(target.text);
  if (!/proxy[^/]*\.py$/.test(script)) return undefined;
  return { label: 'the proxy', word: target, from: run.at + 1, defaultPort: proxyPorts[script] };
}

function isPython(name: string): boolean {
  return /^(python|pypy)[\d.]*$/.test(name);
}

/** What a Python command line runs: the word of a module or of a script. */
function pythonTarget(command: CommandWords, start: number): { at: number; module: boolean } | undefined {
  for (let index = start; index < command.words.length; index++) {
    const text = knownWord(command, index);
    if (text === '-m') return { at: index + 1, module: true };
    if (text === '-c' || text === '-') return undefined;
    if (text !== undefined && pythonOptionsWithValue.has(text)) index += 1;
    else if (text === undefined || !text.startsWith('-')) return { at: index, module: false };
  }
  return undefined;
}

/** The exact versions that a `pip install` names. */
export function installedBy(command: CommandWords): Requirements {
  const install = command.words.findIndex(
    (word, index) => word.text === 'install' && /^pip[\d.]*$/.test(programName(command, index - 1) ?? ''),
  );
  if (install === -1) return {};
  const found: { -readonly [Name in keyof Requirements]: Requirements[Name] } = {};
  for (const word of command.words.slice(install + 1)) {
    const match = /^(vllm|nixl)(?:-cu\d+)?(?:\[[^\]]*\])?\s*==\s*/i.exec(word.text);
    if (!match || !word.known) continue;
    const version = word.slice(match[0].length);
    if (/^v?\d[\w.+-]*$/.test(version.text)) found[match[1]!.toLowerCase() as 'vllm' | 'nixl'] = version;
  }
  return found;
}
