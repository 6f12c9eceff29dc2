import type { VerdictKind } from '../verdict';

export const endpointDown: VerdictKind = {
  id: 'endpoint-down',
  about:
    'An endpoint does not answer, or not with a page that can be read. One or two lost scrapes are not enough: until then it is stale.',
  *look({ endpoints }) {
    for (const { label, state, asked, problem } of endpoints) {
      if (asked === false || (state !== 'down' && state !== 'refused')) continue;
      const down = state === 'down';
      const reason = problem ? ` ${sentence(problem)}` : '';
      yield {
        id: 'endpoint-down',
        severity: 'warning',
        title: down ? 'Endpoint does not answer' : 'Endpoint gives no figures',
        endpoint: label,
        engine: null,
        message: down
          ? `${label} does not answer, so that nothing is known of its engines.${reason} See whether vLLM still runs and whether address and port are right; nodes that run \`--headless\` have no page of their own.`
          : `${label} answers, but not with a page that is taken.${reason} Check its address and path (\`/metrics\`), and its token.`,
        evidence: [`state: ${state}`],
        settings: [],
        sources: [],
      };
    }
  },
};

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
