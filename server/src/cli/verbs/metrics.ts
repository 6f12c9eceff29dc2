import { AddressProblem, ScrapeProblem } from '../../metrics/sources';
import { Live } from '../metrics/live';
import { readOptions } from '../metrics/options';
import { exitCode, type Outcome, type OutcomeOptions, outcomeOf } from '../metrics/outcome';
import { pretty } from '../metrics/pretty';
import { replay } from '../metrics/replay';
import { readSecrets } from '../metrics/secrets';
import { watch } from '../metrics/watch';
import { printable } from '../printable';
import type { Terminal } from '../terminal';
import { WrongUse } from '../wrong-use';
import type { Verb } from './verb';

export const metricsVerb: Verb = {
  name: 'metrics',
  help: `nixl-lint metrics asks running engines for their figures and says how KV moves, what fails, and why.

Usage: nixl-lint metrics URL… [OPTIONS]
       nixl-lint metrics --prometheus URL [OPTIONS]
       nixl-lint metrics --replay DIR [OPTIONS]

A URL is the metrics page of vLLM, of Dynamo's system port, of Ray's agent or of NIXL's own exporter; LABEL=URL names it,
HOST:PORT does otherwise. Figures are increases since the first page; an engine that starts anew counts from zero.
Each endpoint is asked twice; Prometheus is asked for the last five minutes.

  --watch, -w              go on asking, and report once an interval until interrupted
  --interval TIME          between two questions (2s)
  --window TIME            how far verdicts look back while watching (60s), and Prometheus is asked
  --replay DIR             read recorded pages DIR/ENDPOINT/MILLISECONDS.prom, or one saved page
  --prometheus URL         a Prometheus server that scrapes the engines
  --matchers LABELS        which of them: 'namespace="llm",job=~"vllm.*"'
  --role LABEL=ROLE        prefill, decode or both; repeatable (otherwise names and conduct tell)
  --label NAME             for the n-th URL without one; repeatable
  --threshold NAME=NUMBER  where a verdict begins; repeatable
  --format pretty|json     a report to read, or JSON: one object, a line for each with --watch
  --token-file FILE        a token that is sent to the named hosts only (or NIXL_METRICS_TOKEN)
  --header-file FILE       lines \`Name: value\`, likewise
  --ca FILE                certificates to trust beside the usual ones (PEM)
  --insecure               do not check certificates
  --timeout TIME           for one answer (15s)
  --color, --no-color      colours whether or not the output is a terminal
  --help, -h               this text

Proxies are those of HTTPS_PROXY for https:, of HTTP_PROXY for http:, of ALL_PROXY for both, except for NO_PROXY.

Exit status: 0 nothing critical, 1 something critical holds, 2 wrong use, or no endpoint could be read.
`,
  async run(words, terminal) {
    const options = readOptions(words);
    const colored = options.color ?? terminal.colors;
    const judged: Omit<OutcomeOptions, 'source' | 'windowSeconds'> = {
      thresholds: options.thresholds,
      onProblem: (message) => terminal.say(message),
    };
    const whole = { ...judged, windowSeconds: Number.POSITIVE_INFINITY };
    const isJson = options.format === 'json';
    const problems = new Problems();
    const finish = async (outcome: Outcome) => {
      if (isJson) problems.tell(outcome, terminal);
      await terminal.out(isJson ? `${JSON.stringify(outcome.report, null, 2)}\n` : pretty(outcome, colored));
      return exitCode(outcome);
    };
    if (options.replay !== undefined) {
      const deployment = await replay(options.replay, options);
      checkRoles(options.roles.keys(), deployment.labels);
      return finish(outcomeOf(deployment, deployment.latest ?? 0, { ...whole, source: 'recording' }));
    }
    const labels = options.endpoints.map(({ label }) => label);
    // Prometheus tells its own only when it is asked.
    if (!options.prometheus) checkRoles(options.roles.keys(), labels);
    const secrets = await readSecrets(options, process.env);
    const live = liveOf(() => new Live(options, secrets, process.env));
    const source = options.endpoints.length > 0 ? 'live' : 'prometheus';
    try {
      if (!options.watch) {
        await live.twice();
        return await finish(outcomeOf(live.deployment, Date.now(), { ...whole, source }));
      }
      // A screen is drawn over; a file or a pipe gets one report after the other.
      const clear = terminal.colors ? '\u001b[H\u001b[2J' : '';
      return await watch(live, terminal, {
        intervalMs: options.intervalMs,
        judge: () =>
          outcomeOf(live.deployment, Date.now(), { ...judged, windowSeconds: options.windowSeconds, source }),
        write: (outcome) => {
          if (isJson) problems.tell(outcome, terminal);
          return isJson ? `${JSON.stringify(outcome.report)}\n` : `${clear}${pretty(outcome, colored)}\n`;
        },
      });
    } finally {
      live.close();
    }
  },
};

/**
 * What is wrong with endpoints, for those who read JSON: the report for people says it itself. A page that is fine may have
 * something to it all the same. Each problem is told when it is new.
 */
class Problems {
  readonly #told = new Map<string, string | null>();

  tell({ update }: Outcome, terminal: Terminal): void {
    for (const { label, problem } of update.endpoints) {
      if (problem !== null && problem !== this.#told.get(label)) terminal.say(printable(`${label}: ${problem}`));
      this.#told.set(label, problem);
    }
  }
}

/** A proxy, or certificates, that nobody can read are the user's fault. */
function liveOf(make: () => Live): Live {
  try {
    return make();
  } catch (error) {
    if (error instanceof AddressProblem) throw new WrongUse(`The proxy of the environment: ${error.message}`);
    throw error instanceof ScrapeProblem ? new WrongUse(error.message) : error;
  }
}

function checkRoles(named: Iterable<string>, labels: readonly string[]): void {
  for (const label of named) {
    if (!labels.includes(label)) {
      throw new WrongUse(`\`--role ${label}=…\`: there is no such endpoint, only ${labels.map(printable).join(', ')}.`);
    }
  }
}
