import type { DynamoFlag } from '../knowledge';
import { allowed, card, code } from './card';

/** An option of Dynamo's vLLM worker. */
export function dynamoFlagText(flag: DynamoFlag): string {
  const { since, gone, variable, replacedBy } = flag;
  const instead = replacedBy === undefined ? flag.insteadUse : code(`--${replacedBy}`);
  return card({
    name: `--${flag.name}`,
    kind: "option of Dynamo's vLLM worker",
    facts: [flag.type, flag.default === undefined ? '' : `default ${code(flag.default)}`, allowed(flag.values)],
    text: [
      flag.description,
      variable === undefined ? '' : `As a variable: ${code(variable)}.`,
      `Dynamo from ${since}${gone === undefined ? '' : `, gone with ${gone}`}.`,
      instead ? `Instead: ${instead}.` : '',
    ],
    ranges: [],
    sources: flag.sources,
    confidence: flag.confidence,
  });
}
