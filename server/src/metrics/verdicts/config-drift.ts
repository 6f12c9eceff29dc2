import type { VerdictSeverity } from '../../../../protocol/metrics';
import { type At, holds } from '../../knowledge/version';
import { FAILED, XFER_TIME } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import { type Drift, driftOf } from './support/drift';
import { among, flag, type Pair } from './support/engines';
import { failuresOf, known, transfersOf } from './support/figures';
import { releaseOf } from './support/releases';
import { code, list } from './support/words';

/** Blocks of one size on both sides (vllm#26759 lifted it). */
const SAME_BLOCKS = { library: 'vllm', until: '0.11.0' } as const;
/** The handshake compares a hash of which the type of the KV is a part. */
const HASHED = { library: 'vllm', since: '0.13.0' } as const;

export const configDrift: VerdictKind = {
  id: 'config-drift',
  about:
    'Prefill and decode of a pair say in `vllm:cache_config_info` that their caches differ in what has to agree: the type of the KV, or the size of a block. Information where transfers go through, or where most releases take it.',
  *look(watched) {
    for (const pair of watched.pairs) {
      const drifts = driftOf(pair);
      if (drifts.length === 0) continue;
      const findings = drifts.map((drift) => judge(watched, pair, drift));
      const severity: VerdictSeverity = findings.some((one) => one.severity === 'warning') ? 'warning' : 'info';
      yield {
        id: 'config-drift',
        severity,
        title: 'Prefill and decode differ',
        ...among(pair.decode),
        group: pair.label,
        message: findings.map(({ message }) => message).join(' '),
        evidence: drifts.flatMap(({ field, prefill, decode }) => [
          `${field} of prefill: ${list(prefill)}`,
          `${field} of decode: ${list(decode)}`,
        ]),
        settings: findings.map(({ name }) => flag(name)),
        side: 'decode',
        sources: findings.flatMap(({ sources }) => sources),
      };
    }
  },
};

interface Finding {
  readonly severity: VerdictSeverity;
  readonly name: string;
  readonly message: string;
  readonly sources: readonly string[];
}

function judge(watched: Watched, pair: Pair, drift: Drift): Finding {
  const works = transfersGoThrough(pair);
  const release = pair.decode[0] && releaseOf(watched, pair.decode[0]);
  return drift.field === 'cache_dtype' ? ofType(drift, works, release) : ofBlocks(drift, works, release);
}

function ofType(drift: Drift, works: boolean, release: At): Finding {
  const differ = `Prefill keeps KV as ${list(drift.prefill.map(code))}, decode as ${list(drift.decode.map(code))}`;
  const since = holds(HASHED, release) === 'yes' ? '' : ` from vLLM ${HASHED.since} on`;
  return {
    severity: works ? 'info' : 'warning',
    name: 'kv-cache-dtype',
    message: works
      ? `${differ}, and yet transfers go through: either they do not exchange KV with each other, or \`enforce_handshake_compat\` is off and decode may misread it. Give both the same \`--kv-cache-dtype\`.`
      : `${differ}: the handshake refuses such a pair${since}, and every request fails on decode. Give both the same \`--kv-cache-dtype\`, in the same words: \`auto\` is not equal to the type that it stands for.`,
    sources: ['vllm#29503'],
  };
}

function ofBlocks(drift: Drift, works: boolean, release: At): Finding {
  const differ = `A block holds ${list(drift.prefill)} tokens on prefill and ${list(drift.decode)} on decode`;
  const multiple = drift.decode.every((d) => drift.prefill.every((p) => Number(d) % Number(p) === 0));
  const common = { name: 'block-size', sources: ['vllm#26759', 'vllm#26744'] };
  if (works) {
    return {
      ...common,
      severity: 'info',
      message: `${differ}. Transfers go through, but blocks are put together anew after each; the same \`--block-size\` on both sides saves that.`,
    };
  }
  if (holds(SAME_BLOCKS, release) === 'yes') {
    return {
      ...common,
      severity: 'warning',
      message: `${differ}; up to vLLM ${SAME_BLOCKS.until} they have to be equal, and the handshake fails. Give both the same \`--block-size\`.`,
    };
  }
  return multiple
    ? {
        ...common,
        severity: 'info',
        message: `${differ}. vLLM takes a multiple on decode from 0.11.1 on, but not over a host buffer, not with more tensor-parallel ranks on prefill, and for hybrid models only since about 0.27; the same \`--block-size\` on both sides is safe.`,
      }
    : {
        ...common,
        severity: 'warning',
        message: `${differ}; no release that is known takes a size on decode that is no multiple of prefill's, and the handshake fails. Give both the same \`--block-size\`, or, where a hybrid model derives it, the same tensor-parallel size.`,
      };
}

function transfersGoThrough({ prefill, decode }: Pair): boolean {
  const engines = [...prefill, ...decode];
  const done = engines.reduce(
    (all, engine) => all + (known(engine.lifetime(XFER_TIME)) ?? transfersOf(engine) ?? 0),
    0,
  );
  const failed = engines.reduce((all, engine) => all + (known(engine.lifetime(FAILED)) ?? failuresOf(engine) ?? 0), 0);
  return done > 0 && failed < done;
}
