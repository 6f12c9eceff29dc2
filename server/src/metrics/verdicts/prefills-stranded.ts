import type { VerdictKind } from '../verdict';
import { among, hidesEngines, isFresh } from './support/engines';
import { expiredOf, finishedOf, generatedTokensOf, runningOf, startedOf, sum, waitingOf } from './support/figures';
import { count, number, percent, stretch } from './support/words';

/** Tokens of one answer up to which it is thought to be the prefill part of a request, which asks for one. */
const PREFILL_ANSWER = 2;

export const prefillsStranded: VerdictKind = {
  id: 'prefills-stranded',
  about:
    'Prefill finishes more requests than come to decode. Counted in requests, as transfers are counted by rank and a prompt in the cache of decode needs none. Warning where as much KV expires, else information.',
  *look(watched) {
    const { pairs, thresholds } = watched;
    for (const { label, prefill, decode } of pairs) {
      // Where a side does not answer, what it did meanwhile is not known.
      if (![...prefill, ...decode].every((one) => isFresh(watched, one))) continue;
      const finished = sum(prefill.map((one) => finishedOf(one, 'length')));
      const generated = sum(prefill.map(generatedTokensOf));
      const started = sum(decode.map(startedOf));
      const underWay = sum(decode.map((one) => (runningOf(one) ?? 0) + (waitingOf(one) ?? 0)));
      const ended = sum(decode.map((one) => (finishedOf(one, 'error') ?? 0) + (finishedOf(one, 'abort') ?? 0)));
      if (finished === null || generated === null || started === null || underWay === null || ended === null) continue;
      // No request on decode at all is another verdict; longer answers: the engine serves on its own just now.
      if (prefill.length === 0 || started === 0 || generated > finished * PREFILL_ANSWER) continue;
      const missing = finished - started - underWay - ended;
      if (missing < thresholds.fewestRequests || missing <= finished * thresholds.strandedShare) continue;
      const expired = sum(prefill.map((one) => expiredOf(one) ?? 0)) ?? 0;
      const certain = expired * 2 >= missing;
      // An engine whose page has no figures may have got them.
      if (!certain && hidesEngines(watched)) continue;
      const seconds = Math.min(...[...prefill, ...decode].map((one) => one.seconds));
      yield {
        id: 'prefills-stranded',
        severity: certain ? 'warning' : 'info',
        title: 'Prefilled requests do not arrive',
        ...among(prefill),
        group: label,
        message: certain
          ? `Of ${count(finished, 'request')} that prefill finished in the last ${stretch(seconds)}, ${number(missing)} (${percent(missing / finished)}) never came to decode, and the KV of ${number(expired)} expired. Look in the proxy's log for requests that end between the two, and at \`kv_transfer_params\`.`
          : `Of ${count(finished, 'request')} that prefill finished in the last ${stretch(seconds)}, ${number(missing)} (${percent(missing / finished)}) were not seen on decode. Decode engines that are not watched here explain it; else the proxy loses them, and their KV fills prefill until it expires.`,
        evidence: [
          `finished on prefill: ${number(finished)}`,
          `started on decode: ${number(started)}; under way: ${number(underWay)}; failed or cancelled: ${number(ended)}`,
          `expired on prefill: ${number(expired)}`,
        ],
        settings: [],
        side: 'prefill',
        sources: ['vllm#32340'],
      };
    }
  },
};
