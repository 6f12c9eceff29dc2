import type { Verb } from './verb';

/** Everything beside `check`, which needs no verb. */
export const VERBS: readonly Verb[] = [];

/** Verbs that are named already and come later. */
export const LATER_VERBS: readonly string[] = ['metrics', 'plan', 'fix'];
