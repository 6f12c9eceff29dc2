import { type KvTransferConfig, knownText } from '../../model';
import { isNull } from './tree';

/**
 * True for a value that vLLM takes for "no KV transfer": nothing, `None`, or an empty entry of a config file. It starts
 * without a word then.
 */
export function isSwitchedOff(config: KvTransferConfig): boolean {
  const text = knownText(config.flag?.value);
  // A blank is no value for vLLM either, but one that is no JSON.
  if (text !== undefined && text !== '' && text !== 'None') return false;
  if (config.problems.some(({ kind }) => kind === 'empty')) return true;
  return config.form === 'mapping' && isNull(config.root);
}
