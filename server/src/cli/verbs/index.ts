import type { VerbEntry } from './verb';

/** Everything beside `check`, which needs no verb. Each is loaded when it is asked for. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'explain',
    summary: 'say what the messages in a log mean, and which line of configuration is to blame',
    load: async () => (await import('./explain')).explainVerb,
  },
  {
    name: 'metrics',
    summary: 'ask running engines how KV moves between them, what fails, and why',
    load: async () => (await import('./metrics')).metricsVerb,
  },
  {
    name: 'migrate',
    summary: 'what a move to another vLLM breaks and changes, with the edits for it',
    load: async () => (await import('./migrate')).migrateVerb,
  },
  {
    name: 'rules',
    summary: 'list what can be found, or print the page of one rule',
    load: async () => (await import('./rules')).rulesVerb,
  },
  {
    name: 'schema',
    summary: 'print a JSON Schema of the configuration, for one vLLM release',
    load: async () => (await import('./schema')).schemaVerb,
  },
];

/** Verbs that are named already and come later. */
export const LATER_VERBS: readonly string[] = ['plan', 'fix'];
