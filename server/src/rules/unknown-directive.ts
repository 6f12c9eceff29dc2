import { nearest } from '../knowledge/nearest';
import { parseVersion } from '../knowledge/version';
import type { SourceText } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { code, oneOf } from './support/words';

const LIBRARIES = ['vllm', 'nixl', 'ucx'];
const NAMES = [...LIBRARIES, 'platform'];
const PLATFORMS = ['cuda', 'rocm', 'xpu', 'tpu', 'cpu'];

export const unknownDirective = rule({
  id: 'unknown-directive',
  title: 'Comment for this tool that it does not understand',
  category: 'comments',
  severity: 'info',
  *checkComments(comments) {
    for (const comment of comments) yield* isIgnore(comment) ? [] : check(comment);
  },
});

function isIgnore({ text }: SourceText): boolean {
  return /^ignore(?![\w-])/.test(text);
}

/** `vlm=0.11.0`, `platform=cuad`, `ingore[…]`: what is like none of the names is a sentence of somebody. */
function* check(comment: SourceText): Iterable<Finding> {
  const [verb = ''] = /^[\w-]+(?=[ \t]*\[)/.exec(comment.text) ?? [];
  if (verb !== '' && nearest(verb, ['ignore'], 1, 2).length > 0) {
    yield misspelt(comment.slice(0, verb.length), 'ignore', 'the comment silences nothing');
    return;
  }
  for (const { index, 0: all, 1: name = '', 2: value = '' } of comment.text.matchAll(
    /(?<![^\s,;])([A-Za-z][\w-]*)[ \t]*(?:==?|:)[ \t]*([\w.+!-]+)/g,
  )) {
    const at = comment.slice(index, index + name.length);
    const given = comment.slice(index + all.length - value.length, index + all.length);
    const known = name.toLowerCase();
    const [near] = NAMES.includes(known) ? [] : nearest(known, NAMES, 1);
    if (near && isValue(near, value)) yield misspelt(at, near, `${code(all)} says nothing`);
    else if (known === 'platform' && !isValue(known, value)) yield notOne(given, 'no platform', PLATFORMS);
    else if (LIBRARIES.includes(known) && !isValue(known, value)) yield notOne(given, 'no release', []);
  }
}

function isValue(name: string, value: string): boolean {
  return name === 'platform' ? PLATFORMS.includes(value.toLowerCase()) : parseVersion(value) !== undefined;
}

function misspelt(at: SourceText, name: string, outcome: string): Finding {
  return finding(
    at.place(),
    'info',
    `${code(at.text)} is no word that a comment ${code('# nixl:')} may have, so that ${outcome}: did you mean ${code(name)}?`,
    [fix(`Write ${code(name)}`, true, { place: at.place(), newText: name })],
  );
}

function notOne(at: SourceText, what: string, names: readonly string[]): Finding {
  const [near] = nearest(at.text.toLowerCase(), names, 1);
  const advice = near
    ? `Did you mean ${code(near)}?`
    : names.length > 0
      ? `Write ${oneOf(names)}.`
      : `Write a number such as ${code('0.25.1')}.`;
  return finding(
    at.place(),
    'info',
    `${code(at.text)} is ${what}: ${names.length > 0 ? 'this part of the comment says nothing' : 'what depends on the release is not judged'}. ${advice}`,
    near ? [fix(`Write ${code(near)}`, true, { place: at.place(), newText: near })] : [],
  );
}

export const page = (): Page => ({
  description: `
A comment \`# nixl: vllm=0.25.1 nixl=1.3.0 ucx=1.22 platform=rocm\` says which releases and which platform a file is for, and
\`# nixl: ignore[rule-id]\` silences a finding. A name that is almost one of these, or a platform that nobody has, says nothing,
and the file is judged as though the comment were not there; with a release that is none nothing is judged that depends on it.

Other comments that begin like this are taken for a sentence about NIXL and left alone.`,
  sources: [],
  examples: [
    {
      title: 'A misspelt name',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vlm=0.11.0 ucx=1.18
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'vlm', severity: 'info', message: 'did you mean `vllm`?' }],
      fixed: `# nixl: vllm=0.11.0 ucx=1.18
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A misspelt word, a platform and a release that are none',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: platform=romc
# nixl: vllm=latest
# nixl: ingore[unknown-role] a patched vLLM
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [
        { covers: 'romc', severity: 'info', message: 'Did you mean `rocm`?' },
        { covers: 'latest', severity: 'info', message: 'no release' },
        { covers: 'ingore', severity: 'info', message: 'did you mean `ignore`?' },
      ],
      fixed: `# nixl: platform=rocm
# nixl: vllm=latest
# nixl: ignore[unknown-role] a patched vLLM
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Releases and a platform',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1, nixl: 1.3.0 UCX==1.22 platform=ROCm
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Sentences about NIXL',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: needs RDMA; backend=UCX, see docs: https://example.com/nixl
# nixl: the model is loaded first
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
