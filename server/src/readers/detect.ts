import { isEnvironmentOnly, lookupNixlConfigKey } from '../knowledge/config-files';
import { lmcacheExtraKey, lmcacheKey } from '../knowledge/lmcache';

/** How a text is read. */
export type HostKind =
  | 'kubernetes'
  | 'kustomization'
  | 'compose'
  | 'vllm-config'
  | 'yaml' // chart values, recipes: anything else in YAML
  | 'json'
  | 'dotenv'
  | 'env-file-docker'
  | 'ucx-config'
  | 'nixl-config'
  | 'lmcache-config'
  | 'systemd'
  | 'shell'
  | 'dockerfile';

const ours = /vllm|nixl|kv[-_](?:transfer|connector|role)/i;

/** True when a text holds any word of ours; one that does not is no business of ours. */
export function mentionsOurs(text: string): boolean {
  return ours.test(text);
}

/**
 * A file that is ours whatever its words: nobody but UCX reads a `ucx.conf`, nobody but NIXL a `nixl.cfg`, and nobody but
 * LMCache YAML of its name. Words of ours may stand in what a kustomization lists.
 */
export function isOursByName(name: string): boolean {
  return /^(?:ucx\.conf|\.?nixl\.cfg|.*lmcache.*\.ya?ml)$/.test(fileName(name)) || isKustomization(name);
}

/** One of the names that kustomize looks for in a folder. */
export function isKustomization(name: string): boolean {
  return /(?:^|[/\\])(?:kustomization\.ya?ml|Kustomization)$/.test(name);
}

/** Endings of templates, behind the ending that tells what they make. */
const templateEnding = /\.(j2|jinja2?|tpl|tmpl|gotmpl|template|in|example|sample|dist|bak|orig)$/;

/**
 * What kind of text a file holds, by its name, then by its content, then by what the editor calls it: VS Code takes
 * `.env.prod` for a shell script, and `prefill.env` for nothing at all.
 */
export function detectHost(name: string, text: string, languageId?: string): HostKind | undefined {
  if (isKustomization(name)) return 'kustomization';
  const named = byName(fileName(name), text);
  // Settings in TOML look like those of an environment file.
  if (named === undefined && languageId === 'toml') return byLanguage(text, languageId);
  return named ?? (hasEnding(name) ? undefined : byContent(text)) ?? byLanguage(text, languageId);
}

function fileName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).toLowerCase();
  return templateEnding.test(base) && base.lastIndexOf('.') > 0 && !/^\.env/.test(base)
    ? base.replace(templateEnding, '')
    : base;
}

function byName(base: string, text: string): HostKind | undefined {
  if (base === 'ucx.conf' || (/(^|[-_.])ucx([-_.][\w.-]*)?\.conf$/.test(base) && isUcxConfig(text)))
    return 'ucx-config';
  if (/^\.?nixl\.cfg$/.test(base)) return 'nixl-config';
  if (/\.(toml|cfg)$/.test(base) && isNixlConfig(base, text)) return 'nixl-config';
  if (/^(docker|container)file(\.|$)|\.(docker|container)file$/.test(base)) return 'dockerfile';
  if (/^(env|.*\.env)\.list$|^docker\.env$/.test(base)) return 'env-file-docker';
  if (!/\.(ya?ml|jsonc?)$/.test(base) && /^\.?env(\.|$)|\.env(\.[\w-]+)?$|^\.envrc$/.test(base))
    return isUnitFile(text) ? 'systemd' : 'dotenv';
  if (/\.(service|container|quadlet)$/.test(base)) return 'systemd';
  if (/\.(sh|bash|zsh|ksh|sbatch|slurm|sub)$/.test(base)) return 'shell';
  if (/^(docker-)?compose.*\.ya?ml$/.test(base)) return 'compose';
  // The ending that Prometheus' own documentation gives to files of rules.
  if (/\.ya?ml$|\.rules$/.test(base)) return yamlHost(text, base);
  if (/\.jsonc?$/.test(base)) return isManifest(text) ? 'kubernetes' : 'json';
  return undefined;
}

/** True for names whose ending says that it is something else: a program, a page, a log. */
function hasEnding(name: string): boolean {
  const match = /\.([a-z][\w]*)$/i.exec(fileName(name));
  return (
    match !== null &&
    !/^(conf|cfg|txt|cnf|properties|ini|environment|sysconfig|default|job|run|tmpl|tpl)$/.test(match[1]!)
  );
}

/** A line that starts vLLM, variables in front of it included. */
const startsVllm =
  /^[^\S\n]*(?:(?:exec|nohup|env)\s+|[A-Za-z_]\w*=(?:"[^"\n]*"|'[^'\n]*'|\$\([^()\n]*\)|[^\s"'$]|\$(?!\())*[^\S\n]+)*(?:vllm serve|python3? -m (?:vllm|dynamo\.vllm)|docker run)\b/m;

function byContent(text: string): HostKind | undefined {
  const start = text.slice(0, 20_000);
  if (/^\uFEFF?#!.*\b(ba|da|z|k)?sh\b/.test(start)) return 'shell';
  if (/^#SBATCH\b/m.test(start)) return 'shell';
  if (/^\uFEFF?\s*\{\s*["}']/.test(start)) return isManifest(start) ? 'kubernetes' : 'json';
  if (/^(?:\s*#.*\n|ARG\s.*\n|\s*\n)*FROM\s+\S/i.test(start) && /^(RUN|ENV|CMD|ENTRYPOINT|COPY)\s/im.test(start)) {
    return 'dockerfile';
  }
  if (isManifest(start)) return 'kubernetes';
  if (isUnitFile(start)) return 'systemd';
  // Before the assignments: `NAME=value vllm serve …` is one, too.
  if (startsVllm.test(start)) return 'shell';
  if (isAssignments(start)) return 'dotenv';
  if (/^services:\s*$/m.test(start) && /^ +(image|build|command):/m.test(start)) return 'compose';
  if (isLmcacheConfig('', start)) return 'lmcache-config';
  if (isFlagMap(start)) return 'vllm-config';
  return undefined;
}

function byLanguage(text: string, languageId: string | undefined): HostKind | undefined {
  switch (languageId) {
    case 'yaml':
    case 'helm':
    case 'kubernetes':
      return yamlHost(text);
    case 'dockercompose':
      return 'compose';
    case 'json':
    case 'jsonc':
      return isManifest(text) ? 'kubernetes' : 'json';
    case 'shellscript':
      return 'shell';
    case 'dockerfile':
      return 'dockerfile';
    case 'dotenv':
    case 'properties':
    case 'env':
      return 'dotenv';
    case 'toml':
      return isNixlConfig('', text) ? 'nixl-config' : undefined;
    default:
      return undefined;
  }
}

function yamlHost(text: string, base = ''): HostKind {
  if (isManifest(text)) return 'kubernetes';
  if (/^services:\s*(#.*)?$/m.test(text)) return 'compose';
  if (isLmcacheConfig(base, text)) return 'lmcache-config';
  return isFlagMap(text) ? 'vllm-config' : 'yaml';
}

function isManifest(text: string): boolean {
  return /^[^\S\n]*(?:-\s+)?["']?apiVersion["']?\s*:/m.test(text) && /^[^\S\n]*["']?kind["']?\s*:/m.test(text);
}

/** A vLLM `--config` file: a flag of its own at the top, whatever else. */
function isFlagMap(text: string): boolean {
  return (
    /^["']?kv[-_]transfer[-_]config["']?\s*:/m.test(text) ||
    (/^model\s*:/m.test(text) &&
      /^(tensor[-_]parallel[-_]size|max[-_]model[-_]len|gpu[-_]memory[-_]utilization)\s*:/m.test(text))
  );
}

function isUnitFile(text: string): boolean {
  return /^\[(Service|Unit|Container)\]\s*$/m.test(text) && /^(Exec(Start)?|Environment(File)?|Image)\s*=/m.test(text);
}

/** Settings of UCX, some of them under the header of a section. */
function isUcxConfig(text: string): boolean {
  return /^\[[^\]\n]+\]/m.test(text) && /^UCX_\w+\s*[=:]/m.test(text) && !isUnitFile(text);
}

/**
 * Settings of NIXL in TOML. A file that NIXL is not named in has to hold nothing else: builds and benches have files with
 * names of NIXL in them, too.
 */
function isNixlConfig(base: string, text: string): boolean {
  const keys = [...text.matchAll(/^[^\S\n]*["']?([\w.-]+)["']?[^\S\n]*=/gm)];
  const own = keys.filter(([, key = '']) => lookupNixlConfigKey(key) !== undefined || isEnvironmentOnly(key));
  const table = text.search(/^[^\S\n]*\[/m);
  if (own[0] === undefined || (table >= 0 && table < own[0].index)) return false;
  return base.includes('nixl') || (own.length === keys.length && table < 0);
}

/** Keys that other programs' files have, too. */
const COMMON_KEYS = /^(?:app_id|cache_policy|chunk_size|extra_config|mp_host|mp_port|numa_mode|priority_limit)$/;

/**
 * Settings of LMCache in YAML: most keys at the top are its own, and one at least is nobody else's. A file that LMCache
 * is not named in has to have more of them.
 */
function isLmcacheConfig(base: string, text: string): boolean {
  if (/^-\s/m.test(text)) return false;
  const keys = [...text.matchAll(/^["']?([A-Za-z_][\w.-]*)["']?[^\S\n]*:(?=\s|$)/gm)].map(([, key = '']) => key);
  // A new file, in which a first key is being typed.
  if (keys.length === 0 && base.includes('lmcache') && /^\s*\w*\s*$/.test(text)) return true;
  const own = keys.filter((key) => lmcacheKey(key) ?? lmcacheExtraKey(key));
  if (!own.some((key) => !COMMON_KEYS.test(key))) return false;
  return base.includes('lmcache') ? own.length * 2 >= keys.length : own.length > 1 && own.length * 4 >= keys.length * 3;
}

/** Nothing but `NAME=value` lines, comments and empty ones. */
function isAssignments(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  return lines.length > 0 && lines.every((line) => /^\s*(export\s+)?[A-Za-z_][\w.]*\s*=/.test(line));
}
