import type { Place } from '../syntax';

/** What an engine does in a disaggregated deployment, by what the files say about it. */
export interface EngineRole {
  readonly role: 'prefill' | 'decode' | 'both' | 'encode';
  /** What says so, strongest first: the order in which evidence is looked for. */
  readonly by: 'flag' | 'slot' | 'label' | 'sidecar' | 'kv_role' | 'name' | 'file';
  /** For messages and hovers, to follow "by": "the label `llm-d.ai/role`", "its name `decode`". */
  readonly from: string;
  readonly place?: Place | undefined;
}

/** True where the evidence is more than a name that somebody chose. */
export function isRoleStated({ by }: EngineRole): boolean {
  return by !== 'name' && by !== 'file';
}
