import type { Analysis } from '../../analysis';
import { dynamoFlag, dynamoFlagNames, lookupDynamoFlag } from '../../knowledge';
import { dynamoFlagText } from '../dynamo-text';
import type { Name } from './names';

/** How far back the command may stand that the cursor's words belong to. */
const REACH = 5000;

/** Does the cursor stand among the words of Dynamo's worker, as far as the text before it tells? */
export function isDynamos({ text, deployment }: Analysis, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - REACH), offset);
  const last = [...before.matchAll(/\bdynamo\.vllm\b|\bvllm\s+serve\b|\bvllm\.entrypoints\b/g)].at(-1)?.[0];
  if (last !== undefined) return last === 'dynamo.vllm';
  const { engines } = deployment;
  return engines.length > 0 && engines.every(({ entry }) => entry === 'dynamo.vllm');
}

/** Options of Dynamo's worker itself. */
export function dynamoFlagLabels(): Name[] {
  return dynamoFlagNames().map((name) => {
    const flag = dynamoFlag(name)!;
    return {
      label: `--${name}`,
      kind: 'flag',
      detail: `${flag.type} · Dynamo from ${flag.since}`,
      documentation: () => dynamoFlagText(flag),
      deprecated: flag.gone !== undefined,
    };
  });
}

/** Values of an option of Dynamo; `undefined` where it is none. */
export function dynamoFlagValues(word: string): Name[] | undefined {
  const flag = lookupDynamoFlag(word)?.flag;
  return flag?.values.map((label) => ({
    label,
    kind: 'value',
    ...(label === flag.default && { detail: 'default' }),
    documentation: () => dynamoFlagText(flag),
  }));
}
