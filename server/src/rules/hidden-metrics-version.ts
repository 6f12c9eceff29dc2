import { lookupMetric, metricNames } from '../knowledge/metrics';
import { isUnverified } from '../knowledge/releases';
import { type At, holds, parseVersion } from '../knowledge/version';
import { type Flag, knownText } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { named, versionOf } from './support/versions';
import { code } from './support/words';

const FLAG = 'show-hidden-metrics-for-version';

/** The minor release before a known one, as the flag wants it; builds of a development tree take any value. */
function previousMinor(at: At): string | undefined {
  const text = typeof at === 'object' && 'version' in at ? at.version : at;
  const version = typeof text === 'string' ? parseVersion(text) : undefined;
  if (!version || version.pre || version.parts < 2) return undefined;
  const [major, minor] = version.release;
  return major === 0 && minor > 0 ? `0.${minor - 1}` : undefined;
}

/** True when the release hides a metric that the flag would show. */
function hidesAny(at: At): boolean {
  return metricNames({ vllm: at }).some((name) => {
    const hidden = lookupMetric(name)?.hidden;
    return hidden !== undefined && holds(hidden, at) !== 'no';
  });
}

function check(flag: Flag, at: At, who: string): Finding | undefined {
  const { value } = flag;
  const text = knownText(value);
  const wanted = previousMinor(at);
  // What is no release at all stops vLLM, and is another mistake.
  if (value?.kind !== 'known' || text === undefined || wanted === undefined || !parseVersion(text)) return undefined;
  const place = value.source.place();
  if (!hidesAny(at) && !isUnverified('vllm', at)) {
    return finding(place, 'info', `${who} hides no metric that \`--${FLAG}\` could show. Remove it.`);
  }
  if (text === wanted) return undefined;
  return finding(
    place,
    'warning',
    `\`--${FLAG}\` shows hidden metrics only for the minor release before the one that runs: with ${code(text)} ${who} shows none. Write ${code(wanted)}.`,
    [fix(`Write ${code(wanted)}`, false, { place, newText: wanted })],
  );
}

export const hiddenMetricsVersion = rule({
  id: 'hidden-metrics-version',
  title: 'Hidden metrics asked for in a way that shows none',
  category: 'metrics',
  severity: 'warning',
  *check(engine) {
    const flag = engine.flags.get(FLAG);
    const found = flag && check(flag, versionOf(engine), named(engine));
    if (found) yield found;
  },
});

export const page = (): Page => ({
  description: `
vLLM hides a metric for a while before it removes it. \`--${FLAG}\` brings the hidden ones back only where its value is
exactly the minor release before the one that runs, as text: \`0.11\` for 0.12.0. Any other release is taken without a word and
shows nothing, \`0.11.0\` and \`0.10\` alike.

Few releases hide anything: 0.11 the metrics with \`gpu_\` in their names, 0.12 to 0.14
\`vllm:time_per_output_token_seconds\`.`,
  sources: ['vllm:vllm/version.py@v0.25.1', 'vllm:vllm/config/observability.py@v0.25.1', 'vllm#24245', 'vllm#29330'],
  examples: [
    {
      title: 'A patch release, and one that is too old',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve a/b --port 8100 --show-hidden-metrics-for-version 0.11.2
vllm serve a/b --port 8200 --show-hidden-metrics-for-version=0.10
`,
      findings: [
        { covers: '0.11.2', severity: 'warning', message: 'Write `0.11`' },
        { covers: '0.10', severity: 'warning', message: 'vLLM 0.12.0 shows none' },
      ],
      fixed: `# nixl: vllm=0.12.0
vllm serve a/b --port 8100 --show-hidden-metrics-for-version 0.11
vllm serve a/b --port 8200 --show-hidden-metrics-for-version=0.11
`,
    },
    {
      title: 'The release before',
      kind: 'good',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.11.0
    command: ["--model=a/b", "--show-hidden-metrics-for-version=0.10"]
`,
    },
    {
      title: 'Nothing is hidden',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --show-hidden-metrics-for-version 0.24
`,
      findings: [{ covers: '0.24', severity: 'info', message: 'hides no metric' }],
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --show-hidden-metrics-for-version 0.10
`,
    },
  ],
});
