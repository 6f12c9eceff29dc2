import { explainVerb } from './explain';
import { migrateVerb } from './migrate';
import { rulesVerb } from './rules';
import { schemaVerb } from './schema';
import type { Verb } from './verb';

/** Everything beside `check`, which needs no verb. */
export const VERBS: readonly Verb[] = [explainVerb, migrateVerb, rulesVerb, schemaVerb];

/** Verbs that are named already and come later. */
export const LATER_VERBS: readonly string[] = ['metrics', 'plan', 'fix'];
