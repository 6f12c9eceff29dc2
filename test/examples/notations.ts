/** Notations that say the same: what the variants of the examples are made of. */

/** A script that starts an engine with a kv-transfer-config, by the way in which that is quoted. */
export type Launch = (engine: { readonly flags: string; readonly model: string; readonly config: string }) => string;

const escaped = (text: string) => text.replace(/["\\$`]/g, '\\$&');

/** Scripts for `sh -c`. */
export const launches: Readonly<Record<string, Launch>> = {
  'single quotes': ({ model, flags, config }) => `exec vllm serve ${model} ${flags} --kv-transfer-config '${config}'`,
  'double quotes': ({ model, flags, config }) =>
    `exec vllm serve ${model} ${flags} --kv-transfer-config "${escaped(config)}"`,
  'one word with =': ({ model, flags, config }) => `vllm serve ${model} ${flags} --kv-transfer-config='${config}'`,
  'the whole word quoted': ({ model, flags, config }) =>
    `vllm serve ${model} ${flags} "--kv-transfer-config=${escaped(config)}"`,
  "$'…'": ({ model, flags, config }) => `vllm serve ${model} ${flags} --kv-transfer-config $'${config}'`,
  'quotes that change': ({ model, flags, config }) => {
    const middle = config.indexOf('"kv_role"');
    const pieces = `'${config.slice(0, middle)}'"${escaped(config.slice(middle))}"`;
    return `vllm serve ${model} ${flags} --kv-transfer-config ${pieces}`;
  },
  underscores: ({ model, flags, config }) => `vllm serve ${model} ${flags} --kv_transfer_config '${config}'`,
  'over several lines': ({ model, flags, config }) =>
    `vllm serve ${model} \\\n  ${flags} \\\n  --kv-transfer-config '${config.replaceAll(', ', ',\n    ')}'`,
  'a variable': ({ model, flags, config }) =>
    `KV_CONFIG='${config}'\nvllm serve ${model} ${flags} --kv-transfer-config "$KV_CONFIG"`,
  'an exported variable in braces': ({ model, flags, config }) =>
    `export KV_CONFIG="${escaped(config)}"\nvllm serve ${model} ${flags} --kv-transfer-config="\${KV_CONFIG}"`,
  'a here-document that is read': ({ model, flags, config }) =>
    `read -r -d '' KV_CONFIG <<'EOF' || true\n${config}\nEOF\nvllm serve ${model} ${flags} --kv-transfer-config "$KV_CONFIG"`,
  'a here-document through cat': ({ model, flags, config }) =>
    `KV_CONFIG=$(cat <<'EOF'\n${config}\nEOF\n)\nvllm serve ${model} ${flags} --kv-transfer-config "$KV_CONFIG"`,
  'an array': ({ model, flags, config }) =>
    `ARGS=(serve ${model} ${flags})\nARGS+=(--kv-transfer-config '${config}')\nexec vllm "\${ARGS[@]}"`,
  'a function': ({ model, flags, config }) =>
    `start() {\n  vllm serve "$1" "\${@:3}" --kv-transfer-config "$2"\n}\nstart ${model} '${config}' ${flags}`,
  'the module': ({ model, flags, config }) =>
    `python3 -m vllm.entrypoints.openai.api_server --model ${model} ${flags} --kv-transfer-config '${config}'`,
  'wrappers before it': ({ model, flags, config }) =>
    `cd /app && nohup env PYTHONUNBUFFERED=1 numactl -N 0 vllm serve ${model} ${flags} --kv-transfer-config '${config}' 2>&1 | tee vllm.log`,
};

const indented = (text: string, by: number) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n');

const double = (text: string) => JSON.stringify(text);
const single = (text: string) => `'${text.replaceAll("'", "''")}'`;
const unbroken = (text: string) => !text.includes('\n');

/** A script in a container, by the way in which YAML holds it; `undefined` where it can not. */
export const scriptHolders: Readonly<Record<string, (script: string, by: number) => string | undefined>> = {
  'a literal block': (script, by) =>
    `command: ["/bin/bash", "-c"]\n${' '.repeat(by)}args:\n${' '.repeat(by + 2)}- |\n${indented(script, by + 4)}`,
  'a stripped literal block, last of the command': (script, by) =>
    `command:\n${' '.repeat(by + 2)}- bash\n${' '.repeat(by + 2)}- -lc\n${' '.repeat(by + 2)}- |-\n${indented(script, by + 4)}`,
  'a folded block': (script, by) =>
    unbroken(script)
      ? `command: [bash, -c]\n${' '.repeat(by)}args:\n${' '.repeat(by + 2)}- >-\n${indented(script.replaceAll(' --', '\n--'), by + 4)}`
      : undefined,
  'double quotes': (script, by) => `command: ["bash", "-c"]\n${' '.repeat(by)}args: [${double(script)}]`,
  'single quotes': (script, by) =>
    unbroken(script) ? `command: ["bash", "-c", ${single(script)}]\n${' '.repeat(by)}args: []` : undefined,
};

/** A kv-transfer-config among the arguments of a container, without a shell. */
export const argumentForms: Readonly<Record<string, (config: string, by: number) => string>> = {
  'apart, single quotes': (config, by) => `- --kv-transfer-config\n${' '.repeat(by)}- '${config}'`,
  'apart, double quotes': (config, by) => `- "--kv-transfer-config"\n${' '.repeat(by)}- ${double(config)}`,
  'joined, single quotes': (config) => `- '--kv-transfer-config=${config}'`,
  'joined, double quotes': (config) => `- ${double(`--kv-transfer-config=${config}`)}`,
  'joined, no quotes': (config) => `- --kv-transfer-config=${config.replaceAll(', ', ',').replaceAll(': ', ':')}`,
  underscores: (config, by) => `- --kv_transfer_config\n${' '.repeat(by)}- '${config}'`,
  'a literal block': (config, by) =>
    `- --kv-transfer-config\n${' '.repeat(by)}- |\n${indented(config.replaceAll(', ', ',\n'), by + 2)}`,
  'a folded block': (config, by) =>
    `- --kv-transfer-config\n${' '.repeat(by)}- >-\n${indented(config.replaceAll(', ', ',\n'), by + 2)}`,
  'quotes over several lines': (config, by) =>
    `- --kv-transfer-config\n${' '.repeat(by)}- '${config.replaceAll(', ', `,\n${' '.repeat(by + 2)}`)}'`,
  'quotes whose lines stand left': (config, by) =>
    `- --kv-transfer-config\n${' '.repeat(by)}- '${config.replaceAll(', ', `,\n${' '.repeat(by)}`)}'`,
};

/** `{"a": "x", "b": {"c": "y"}}` as dotted flags. */
export function dotted(config: string): string[] {
  const flags: string[] = [];
  const add = (path: string, value: unknown) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, child] of Object.entries(value)) add(`${path}.${key}`, child);
    } else {
      flags.push(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    }
  };
  add('--kv-transfer-config', JSON.parse(config));
  return flags;
}
