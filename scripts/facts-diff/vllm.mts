import { literalOf, type PythonCall, PythonFile, stringOf } from './python.mts';
import { sourceFile, sourceFiles } from './source-files.mts';
import { type Entry, Moved, type Statement, type Table } from './upstream.mts';

const CONNECTORS = 'vllm/distributed/kv_transfer/kv_connector';
/** Specifications of offloading read the connector's keys themselves. */
const OFFLOADING = 'vllm/v1/kv_offload';
const FLAG_FILES = ['vllm/engine/arg_utils.py', 'vllm/entrypoints/openai/cli_args.py', 'vllm/entrypoints/cli/serve.py'];
/** Where collectors are made. */
const METRIC_FOLDERS = ['vllm/v1', 'vllm/distributed', 'vllm/entrypoints', 'vllm/parser'];
/** Their fields become options of the same name. */
const FLAG_CLASSES = ['BaseFrontendArgs', 'FrontendArgs'];

/** Everything that a vLLM checkout says in the places that our tables were read from. */
export async function readVllm(checkout: string, moved: (reason: string) => void): Promise<Statement> {
  const readers: Readonly<Record<string, () => Promise<ReadonlyMap<string, Entry>>>> = {
    fields: () => fields(checkout),
    connectors: () => connectors(checkout),
    'extra keys': () => extraKeys(checkout),
    environment: () => environment(checkout),
    flags: () => flags(checkout),
    metrics: () => metrics(checkout),
  };
  const tables: Table[] = [];
  for (const [name, read] of Object.entries(readers)) {
    try {
      tables.push({ name, entries: await read() });
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      moved(`vLLM ${name}: ${error.message}`);
    }
  }
  return { library: 'vllm', tables };
}

async function python(checkout: string, name: string): Promise<PythonFile> {
  return new PythonFile(await sourceFile(checkout, name));
}

async function fields(checkout: string): Promise<Map<string, Entry>> {
  const found = (await python(checkout, 'vllm/config/kv_transfer.py')).fieldsOfClass('KVTransferConfig');
  if (!found) throw new Moved('there is no class KVTransferConfig');
  return new Map(found.map(({ name, value, where }) => [name, entry(value && literalOf(value), where)]));
}

async function connectors(checkout: string): Promise<Map<string, Entry>> {
  const calls = (await python(checkout, `${CONNECTORS}/factory.py`)).calls();
  const found = new Map<string, Entry>();
  for (const { name, positional, where } of calls) {
    const connector = stringOf(positional[0] ?? '');
    if (name === 'register_connector' && connector) found.set(connector, { where });
  }
  if (found.size === 0) throw new Moved('nothing is registered in factory.py');
  return found;
}

/** Keys of `kv_connector_extra_config`, whichever connector reads them; a computed name is not seen. */
async function extraKeys(checkout: string): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  const files = await sourceFiles(checkout, CONNECTORS, ['.py']);
  files.push(...(await sourceFiles(checkout, OFFLOADING, ['.py']).catch(() => [])));
  for (const source of files.filter(({ text }) => text.includes('extra_config'))) {
    const file = new PythonFile(source);
    const calls = file.calls().filter(readsExtraConfig);
    const read = [
      ...calls.map(({ positional, where }) => ({ key: stringOf(positional[0] ?? ''), where })),
      ...file.subscripts().filter(({ of }) => /extra_config$/.test(of)),
    ];
    for (const { key, where } of read) if (key && !found.has(key)) found.set(key, { where });
  }
  return found;
}

function readsExtraConfig({ name, callee }: PythonCall): boolean {
  return name === 'get_from_extra_config' || (/^(?:get|pop)$/.test(name) && /extra_config\s*\.\w+$/.test(callee));
}

/** Names from the table that is read at run time; its defaults count more than the declarations for type checkers. */
async function environment(checkout: string): Promise<Map<string, Entry>> {
  const file = await python(checkout, 'vllm/envs.py');
  const defaults = new Map(file.fieldsForTypeChecking().map(({ name, value }) => [name, value && literalOf(value)]));
  for (const { name, positional } of file.calls()) {
    const variable = name === 'getenv' || name === 'get' ? stringOf(positional[0] ?? '') : undefined;
    const value = literalOf(positional[1] ?? '');
    if (variable && value !== undefined) defaults.set(variable, value);
  }
  const names = file.keysOf('environment_variables');
  if (names.size === 0) throw new Moved('there is no table environment_variables');
  const ours = [...names].filter(([name]) => name.startsWith('VLLM_'));
  return new Map(ours.map(([name, where]) => [name, entry(defaults.get(name), where)]));
}

async function flags(checkout: string): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  for (const name of FLAG_FILES) {
    const file = await python(checkout, name);
    for (const call of file.calls()) {
      const flag = call.name === 'add_argument' ? stringOf(call.positional[0] ?? '') : undefined;
      if (flag?.startsWith('--')) found.set(flag.slice(2), { where: call.where });
    }
    for (const className of FLAG_CLASSES) {
      for (const field of file.fieldsOfClass(className) ?? []) {
        found.set(field.name.replaceAll('_', '-'), { where: field.where });
      }
    }
  }
  return found;
}

/**
 * Names of metrics, whether they are given to a collector or kept in a table. Whether a name ends in `_total` depends on
 * the collector, whose library adds it to counters: it is left out on both sides.
 */
async function metrics(checkout: string): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  for (const folder of METRIC_FOLDERS) {
    const files = await sourceFiles(checkout, folder, ['.py']);
    for (const file of files.filter(({ text }) => text.includes('vllm:'))) {
      for (const { text, where } of new PythonFile(file).strings()) {
        const name = text.replace(/_total$/, '');
        if (/^vllm:\w+$/.test(text) && !found.has(name)) found.set(name, { where });
      }
    }
  }
  return found;
}

function entry(value: string | undefined, where: string): Entry {
  return value === undefined || value === 'null' ? { where } : { value, where };
}
