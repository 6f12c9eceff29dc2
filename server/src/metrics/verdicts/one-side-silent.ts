import { FAILED } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { among, hidesEngines, isAsleep, isFresh, nameOf, type Pair } from './support/engines';
import {
  finishedOf,
  generatedTokensOf,
  known,
  promptTokensOf,
  runningOf,
  sourcesOf,
  startedOf,
  sum,
  transfersOf,
  waitingOf,
} from './support/figures';
import { count, list, number, percent, stretch } from './support/words';

/** Tokens of one answer up to which it is thought to be the prefill part of a request, which asks for one. */
const PREFILL_ANSWER = 2;

export const oneSideSilent: VerdictKind = {
  id: 'one-side-silent',
  about:
    'One side of a pair serves requests and the other one does nothing at all. Only for pairs of which both sides are watched, awake and fresh, and for as long as the window is.',
  *look(watched) {
    // An engine whose page has no figures may serve what is missed.
    if (hidesEngines(watched)) return;
    for (const pair of watched.pairs) {
      if (pair.prefill.length === 0 || pair.decode.length === 0) continue;
      if (allSilent(watched, pair.decode)) {
        const verdict = silentDecode(watched, pair);
        if (verdict) yield verdict;
      } else if (allSilent(watched, pair.prefill)) {
        const verdict = silentPrefill(watched, pair);
        if (verdict) yield verdict;
      }
    }
  },
};

function silentDecode(watched: Watched, { label, prefill, decode }: Pair) {
  const finished = sum(prefill.map((one) => finishedOf(one, 'length')));
  const generated = sum(prefill.map(generatedTokensOf));
  if (finished === null || finished < watched.thresholds.fewestRequests) return undefined;
  // Longer answers: the engine serves on its own just now.
  if (generated === null || generated > finished * PREFILL_ANSWER) return undefined;
  const seconds = Math.min(...decode.map((one) => one.seconds));
  return {
    id: 'one-side-silent',
    severity: 'warning' as const,
    title: 'Decode gets no requests',
    ...among(decode),
    group: label,
    message: `Prefill finished ${count(finished, 'request')} in the last ${stretch(seconds)} and decode got none, so that their KV waits until it expires. Check the addresses of decode in the proxy and that it goes on to decode after prefill; decode engines that are not watched here would explain it too.`,
    evidence: [
      `finished on prefill: ${number(finished)}`,
      `silent: ${list(decode.map((one) => nameOf(watched, one)))}`,
    ],
    settings: [],
    side: 'decode' as const,
    sources: ['vllm#41383'],
  };
}

function silentPrefill(watched: Watched, { label, prefill, decode }: Pair) {
  const { fewestRequests, fewestTokens } = watched.thresholds;
  const started = sum(decode.map(startedOf));
  const tokens = sum(decode.map(promptTokensOf));
  if (started === null || started < fewestRequests || tokens === null || tokens < fewestTokens) return undefined;
  const transfers = sum(decode.map((one) => transfersOf(one) ?? 0)) ?? 0;
  const sources = decode.map(sourcesOf);
  const own = sum(sources.map((one) => one?.computed ?? null));
  const seconds = Math.min(...prefill.map((one) => one.seconds));
  const common = {
    id: 'one-side-silent',
    ...among(prefill),
    group: label,
    settings: [],
    side: 'prefill' as const,
    sources: ['vllm#33290'],
  };
  const silent = `silent: ${list(prefill.map((one) => nameOf(watched, one)))}`;
  if (transfers > 0) {
    return {
      ...common,
      severity: 'info' as const,
      title: 'KV from unwatched prefill',
      message: `Decode fetched KV ${count(transfers, 'time')} in the last ${stretch(seconds)}, but no prefill that is watched here served a request. Add the other prefill engines to see both ends.`,
      evidence: [`transfers on decode: ${number(transfers)}`, silent],
    };
  }
  if (own === null || own * 2 < tokens) return undefined;
  return {
    ...common,
    // Nothing fails, and a router may have meant it.
    severity: 'info' as const,
    title: 'Prefill gets no requests',
    message: `Decode served ${count(started, 'request')} in the last ${stretch(seconds)} and computed ${percent(own / tokens)} of the prompt tokens itself, while prefill got nothing. A router that keeps short prompts on decode does that; where yours does not, check the addresses of prefill in the proxy.`,
    evidence: [`prompt tokens on decode: ${number(tokens)}`, `computed there: ${number(own)}`, silent],
  };
}

function allSilent(watched: Watched, engines: readonly EngineWindow[]): boolean {
  return engines.every((engine) => {
    if (engine.seconds < watched.thresholds.silentSeconds || engine.restarts > 0) return false;
    if (!isFresh(watched, engine) || isAsleep(engine)) return false;
    const serving = [startedOf(engine), promptTokensOf(engine), runningOf(engine), waitingOf(engine)];
    // Requests that end before their first token, as where KV does not come, are requests too.
    const ended = [transfersOf(engine), known(engine.counter(FAILED)), finishedOf(engine)];
    return serving.every((value) => value === 0) && ended.every((value) => (value ?? 0) === 0);
  });
}
