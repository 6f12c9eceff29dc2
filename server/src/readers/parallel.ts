import { type Environment, type Flags, knownInteger, type Parallelism } from '../model';

/**
 * The numbers of ranks that flags and environment give. A default is one only where the flag is provably not given.
 * Without data-parallel flags vLLM takes `VLLM_DP_SIZE` and `VLLM_DP_RANK` (`ParallelConfig`).
 * @param stated what an operator or a chart hands to vLLM: it counts where no flag is in sight
 */
export function readParallelism(
  flags: Flags,
  environment: Environment,
  stated: Partial<Parallelism> = {},
): Parallelism {
  const number = (name: string, fallback: number | undefined): number | undefined => {
    const flag = flags.get(name);
    if (flag) return knownInteger(flag.value);
    return flags.absent(name) ? fallback : undefined;
  };
  const fromEnvironment = (name: string, fallback: number) => {
    const variable = environment.get(name);
    return variable ? knownInteger(variable.value) : fallback;
  };
  const sized = flags.list.some((flag) => flag.name === 'data-parallel-size');
  const data = number('data-parallel-size', fromEnvironment('VLLM_DP_SIZE', 1));
  const spread = ['nnodes', 'node-rank'].some((name) => !flags.absent(name));
  const ranked = flags.get('data-parallel-rank');
  const rank = ranked ? knownInteger(ranked.value) : undefined;
  const single = !sized && environment.get('VLLM_DP_RANK') !== undefined;
  // One engine per process with `--data-parallel-rank`; with several nodes vLLM divides the ranks itself.
  const local = ranked || single ? 1 : spread || !flags.absent('data-parallel-rank') ? undefined : data;
  const start = ranked
    ? rank
    : single
      ? fromEnvironment('VLLM_DP_RANK', 0)
      : spread || !flags.absent('data-parallel-rank')
        ? undefined
        : 0;
  const ranks: Parallelism = {
    tensor: number('tensor-parallel-size', 1),
    pipeline: number('pipeline-parallel-size', 1),
    data,
    dataLocal: number('data-parallel-size-local', local),
    dataStart: number('data-parallel-start-rank', start),
  };
  return withStated(ranks, stated, flags);
}

const rankFlags = [
  ['tensor', 'tensor-parallel-size'],
  ['pipeline', 'pipeline-parallel-size'],
  ['data', 'data-parallel-size'],
  ['dataLocal', 'data-parallel-size-local'],
  ['dataStart', 'data-parallel-start-rank'],
] as const;

function withStated(ranks: Parallelism, stated: Partial<Parallelism>, flags: Flags): Parallelism {
  const given = rankFlags.filter(([key, name]) => stated[key] !== undefined && flags.all(name).length === 0);
  return given.length === 0 ? ranks : { ...ranks, ...Object.fromEntries(given.map(([key]) => [key, stated[key]])) };
}
