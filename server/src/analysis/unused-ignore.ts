import { type Page, type Rule, rule } from '../rules';

export const UNUSED_IGNORE = 'unused-ignore';

/** Found by the analysis itself, once it knows what the comments silenced; here for the catalogue and its page. */
export const unusedIgnore: Rule = rule({
  id: UNUSED_IGNORE,
  title: 'Ignore comment that silences nothing',
  category: 'comments',
  severity: 'warning',
});

export const page = (): Page => ({
  description: `A comment \`# nixl: ignore[rule-id]\` silences findings of the rules that it names: on its own line, on the line
below, and, above or on the header of a block scalar, in all of that scalar. One that silences nothing is left over from a
finding that is gone, or it stands in the wrong place or names a rule that does not exist, and then the finding that it
was meant for is still there. A misspelt rule or none is a warning, a comment that is merely left over a hint.

Rules that are switched off are not counted: their comments may wait.`,
  sources: [],
  examples: [
    {
      title: 'The comment silences the finding on its line',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: ignore[unknown-role] a patched vLLM
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}'
`,
    },
    {
      title: 'Nothing is left to silence',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: ignore[unknown-role] a patched vLLM
vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'unknown-role', severity: 'hint', message: 'silences nothing' }],
      fixed: `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'There is no such rule',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}' # nixl: ignore[unknown-rle]
`,
      findings: [{ covers: 'unknown-rle', severity: 'warning', message: 'did you mean `unknown-role`?' }],
      fixed: `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}' # nixl: ignore[unknown-role]
`,
    },
    {
      title: 'The role is not known: whether the comment is needed is not known either',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: ignore[unknown-role] set by the caller
vllm serve m --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"$ROLE\\"}"
`,
    },
  ],
});
