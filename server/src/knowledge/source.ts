/** Where a fact comes from: a file, pull request or page, with its address where one is known. */
export interface Source {
  readonly text: string;
  readonly url?: string;
}

const REPOSITORIES: Readonly<Record<string, string>> = {
  vllm: 'vllm-project/vllm',
  nixl: 'ai-dynamo/nixl',
  ucx: 'openucx/ucx',
  dynamo: 'ai-dynamo/dynamo',
  'llm-d': 'llm-d/llm-d',
  'llm-d-router': 'llm-d/llm-d-router',
  'llm-d-routing-sidecar': 'llm-d/llm-d-routing-sidecar',
  lmcache: 'LMCache/LMCache',
  nccl: 'NVIDIA/nccl',
};

/**
 * Reads a source as the tables write it: `vllm#25056` (issue or pull request), `vllm:vllm/envs.py@v0.25.1` (file at a
 * tag or commit), an address, or words.
 */
export function readSource(text: string): Source {
  const thread = /^([\w-]+)#(\d+)$/.exec(text);
  if (thread && REPOSITORIES[thread[1]!]) {
    return { text, url: `https://github.com/${REPOSITORIES[thread[1]!]}/issues/${thread[2]}` };
  }
  const file = /^([\w-]+):([^@\s]+)@(\S+)$/.exec(text);
  if (file && REPOSITORIES[file[1]!]) {
    return { text, url: `https://github.com/${REPOSITORIES[file[1]!]}/blob/${file[3]}/${file[2]}` };
  }
  return text.startsWith('https://') ? { text: text.slice(8), url: text } : { text };
}
