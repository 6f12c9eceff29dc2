import { type Environment, type Flags, knownInteger, type Parallelism } from '../model';

/**
 * The numbers of ranks that flags and environment give. A default is one only where the flag is provably not given.
 * Without data-parallel flags vLLM takes `VLLM_DP_SIZE` and `VLLM_DP_RANK` (`ParallelConfig`).
 */
export function readParallelism(flags: Flags, environment: Environment): Parallelism {
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
  return {
    tensor: number('tensor-parallel-size', 1),
    pipeline: number('pipeline-parallel-size', 1),
    data,
    dataLocal: number('data-parallel-size-local', local),
    dataStart: number('data-parallel-start-rank', start),
  };
}
