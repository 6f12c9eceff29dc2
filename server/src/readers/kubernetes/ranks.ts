import { knownInteger, type Parallelism } from '../../model';
import { at, member, type ObjectNode } from '../../syntax';
import { scalarValue } from './fields';
import { modelserviceRanks } from './modelservice';
import type { PodPlace } from './pods';

type Ranks = Partial<Parallelism>;

/** Numbers of ranks that an operator or a chart takes from fields of its own and hands to vLLM as flags. */
export function ranksAround({ ancestors, path, object }: PodPlace): Ranks | undefined {
  const holder = ancestors.findLast((node) => at(node, 'parallelism')?.type === 'object');
  if (!holder) return undefined;
  if (object?.kind.startsWith('LLMInferenceService')) return kserveRanks(holder, ancestors, path);
  return object ? undefined : modelserviceRanks(holder);
}

/**
 * KServe: the presets for one node take the tensor-parallel size only (`config/llmisvcconfig/config-llm-template.yaml`),
 * those with workers the others, too. What stands beside `prefill` is about decode.
 */
function kserveRanks(holder: ObjectNode, ancestors: readonly ObjectNode[], path: readonly string[]): Ranks | undefined {
  const prefill = ancestors.find((node) => member(node, 'prefill') !== undefined);
  if (path.includes('prefill') && holder === prefill) return undefined;
  return sizesOf(holder, member(holder, 'worker') ? ['tensor', 'pipeline', 'data', 'dataLocal'] : ['tensor']);
}

function sizesOf(holder: ObjectNode, keys: readonly (keyof Parallelism)[]): Ranks {
  return Object.fromEntries(keys.map((key) => [key, knownInteger(scalarValue(at(holder, 'parallelism', key)))]));
}
