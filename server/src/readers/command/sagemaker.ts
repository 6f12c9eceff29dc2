import { knownText, type Value, type Variable } from '../../model';
import type { Place, SourceText } from '../../syntax';
import { standingFor, textOf } from '../config/pieces';
import type { CommandWords } from './command-words';

const prefix = 'SM_VLLM_';

/** AWS' images for SageMaker take all their arguments from variables of their own. */
export function hasSageMakerArguments(variables: readonly Variable[]): boolean {
  return variables.some(({ name }) => name.startsWith(prefix));
}

/**
 * The arguments that the entry point makes of variables (AWS' deep-learning-containers,
 * `scripts/vllm/sagemaker_entrypoint.sh`): `SM_VLLM_MAX_MODEL_LEN=4096` is `--max-model-len 4096`, `true` a bare flag,
 * `false` nothing. It starts with a port of its own, which a variable may replace.
 * @param start what stands for words that nobody writes
 */
export function sageMakerArguments(variables: readonly Variable[], start: Place): CommandWords {
  const own = variables.filter(({ name }) => name.startsWith(prefix));
  const given = own.flatMap(({ name, nameText, value }) => {
    const flag = `--${name.slice(prefix.length).toLowerCase().replaceAll('_', '-')}`;
    return argument(standingFor(nameText, flag), value);
  });
  const model = own.some(({ name }) => name === `${prefix}MODEL`)
    ? undefined
    : variables.findLast(({ name }) => name === 'HF_MODEL_ID');
  const { source, span } = start;
  const program = source.slice(span.start, span.end);
  return {
    words: [
      standingFor(program, '--port'),
      standingFor(program, '8080'),
      ...(model ? [standingFor(model.nameText, '--model'), textOf(model.value)] : []),
      ...given,
    ],
  };
}

function argument(flag: SourceText, value: Value): SourceText[] {
  const text = knownText(value)?.toLowerCase();
  if (text === 'false') return [];
  return text === 'true' || text === '' ? [flag] : [flag, textOf(value)];
}
