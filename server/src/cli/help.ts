import { VERBS } from './verbs';

export const HELP = `nixl-lint checks vLLM prefill/decode configuration over NIXL.

Usage: nixl-lint [check] [OPTIONS] PATHS…
       nixl-lint VERB …          see below

PATHS are files, folders, or - for standard input. Folders are walked as Git sees them: without what a
.gitignore names, .git and node_modules. A file named outright is always read.

  --format pretty|json     how the report looks; repeatable
  --output FILE            where the n-th report goes; repeatable (standard output otherwise)
  --vllm-version VERSION   the release to assume where the files do not say
  --nixl-version VERSION
  --ucx-version VERSION
  --platform NAME          cuda, rocm, xpu or cpu, where the files do not say
  --rule ID=LEVEL          off, hint, info, warning or error for one rule; repeatable
  --no-config              read no configuration file
  --stdin-filename NAME    what to call standard input; decides how it is read
  --max-warnings N         end with 1 when there are more warnings
  --quiet, -q              report errors only
  --color, --no-color      colours whether or not the output is a terminal
  --help, -h               this text
  --version, -V            the version
${verbs()}
Exit status: 0 no error found, 1 an error found or too many warnings, 2 wrong use, a missing path, or a failure of
the tool itself.
`;

function verbs(): string {
  if (VERBS.length === 0) return '';
  const lines = VERBS.map(({ name, summary }) => `  ${name.padEnd(24)} ${summary}\n`).join('');
  return `\nVerbs, each with a --help of its own:\n\n${lines}`;
}
