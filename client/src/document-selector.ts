import type { DocumentFilter } from 'vscode-languageclient/node';

/**
 * The languages that the files we read go by. The server trusts name and content before this id; here it only decides
 * whether a document is sent at all, so the list is generous. `docs/editor.md` says which file gets which id and why.
 * `activationEvents` in package.json names the same ids (a test compares them).
 */
export const LANGUAGES = [
  'yaml',
  'helm', // Helm and Kubernetes extensions: templates of a chart
  'dockercompose', // compose.yaml
  'json',
  'jsonc',
  'shellscript', // also `.env.prod` before VS Code had `dotenv`, and *.sbatch, *.slurm through us
  'dotenv', // newer VS Code, and `prefill.env` through us
  'env', // a popular env-file extension
  'properties', // `.env` in older VS Code; systemd drop-ins and environment.d (*.conf); *.service through us
  'ini',
  'dockerfile',
  'systemd-unit-file', // extensions for systemd units
  'systemd-conf',
  'toml', // NIXL's file of settings where it is called so; `nixl.cfg` and `ucx.conf` are `properties`
] as const;

/**
 * Names that are ours whatever they are called: another extension, or the user's `files.associations`, may have given
 * them a language that we have never heard of.
 */
export const NAME_PATTERNS = [
  '**/{.env.*,*.env,*.env.{example,sample,template,local}}',
  '**/*.{sbatch,slurm,service}',
  '**/{Dockerfile,Containerfile}*',
  '**/*compose*.{yaml,yml}',
  '**/{ucx.conf,{.nixl,nixl}.cfg,*nixl*.toml}',
] as const;

/** Files, and editors that were not saved yet: a pasted manifest is checked before it has a name. */
const SCHEMES = ['file', 'untitled'] as const;

/** The documents that the client sends to the server. */
export const documentSelector: DocumentFilter[] = [
  ...SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
  ...NAME_PATTERNS.map((pattern) => ({ scheme: 'file', pattern })),
];
