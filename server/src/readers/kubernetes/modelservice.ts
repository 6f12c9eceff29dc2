import { knownInteger, type Parallelism } from '../../model';
import { at, member, type ObjectNode, type TreeNode } from '../../syntax';
import { scalarValue } from './fields';
import { textAt } from './manifest-object';

/** How llm-d's modelservice chart spreads an engine: what is not given follows from the rest. */
export interface ModelserviceSizes {
  readonly tensor: number | undefined;
  readonly data: number | undefined;
  readonly dataLocal: number | undefined;
  readonly workers: number | undefined;
}

/** The sizes of `decode.parallelism` or `prefill.parallelism` (the chart's `templates/_helpers.tpl`). */
export function modelserviceSizes(parallelism: TreeNode): ModelserviceSizes {
  // What is given and not known leaves what follows from it unknown, too.
  const number = (key: string) => {
    const given = at(parallelism, key);
    return given && given.type !== 'null' ? (knownInteger(scalarValue(given)) ?? Number.NaN) : undefined;
  };
  const [tensor, data, dataLocal, workers] = ['tensor', 'data', 'dataLocal', 'workers'].map(number);
  const sizes = {
    tensor: tensor ?? 1,
    data: data ?? (dataLocal === undefined ? 1 : dataLocal * (workers ?? 1)),
    dataLocal: dataLocal ?? (data === undefined ? 1 : data / (workers ?? 1)),
    workers: workers ?? (data === undefined || dataLocal === undefined ? 1 : data / dataLocal),
  };
  const whole = (size: number) => (Number.isInteger(size) ? size : undefined);
  return {
    tensor: whole(sizes.tensor),
    data: whole(sizes.data),
    dataLocal: whole(sizes.dataLocal),
    workers: whole(sizes.workers),
  };
}

/** The chart writes the sizes into the arguments of a container whose command it writes itself. */
export function writesArguments(container: ObjectNode): boolean {
  return /^(vllmServe|imageDefault)$/.test(textAt(container, 'modelCommand') ?? '');
}

/** The values of one role in a chart's values, outside of any object. */
export function modelserviceRole(ancestors: readonly ObjectNode[]): ObjectNode | undefined {
  return ancestors.findLast((node) => member(node, 'parallelism')?.value.type === 'object');
}

/** As vLLM counts them. */
export function modelserviceRanks(role: ObjectNode): Partial<Parallelism> {
  const { tensor, data, dataLocal } = modelserviceSizes(member(role, 'parallelism')!.value);
  return { tensor, data, dataLocal };
}
