import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generate } from '../../../server/src/metrics/generate';
import { yamlString } from '../../../server/src/metrics/generate/alerts-yaml';
import { scenarioNamed, seen } from './support';

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly labels: { severity: string } }[];
  }[];
}

const ports = (_: string, index: number) => `http://10.0.0.${index + 1}:8100/metrics`;

function rulesOf(...args: Parameters<typeof seen>): Rules {
  return parse(generate('alerts', seen(...args)).text) as Rules;
}

function expressionOf(rules: Rules, alert: string, group = 0): string | undefined {
  return rules.groups[group]?.rules.find((rule) => rule.alert === alert)?.expr;
}

describe('alert rules', () => {
  it('know engines by their address, and the side that counts', () => {
    const rules = rulesOf(scenarioNamed('healthy'), { address: ports });
    expect(expressionOf(rules, 'NixlTransfersFailing')).toBe(
      'sum by (job, instance, pod, model_name, engine) (increase(vllm:nixl_num_failed_transfers_total{model_name="meta-llama/Llama-3.1-8B-Instruct",instance="10.0.0.2:8100"}[5m])) > 0',
    );
    expect(expressionOf(rules, 'NixlKvExpired')).toContain('instance="10.0.0.1:8100"');
    expect(expressionOf(rules, 'VllmEndpointDown')).toBe(
      'up{instance=~"10\\\\.0\\\\.0\\\\.1:8100|10\\\\.0\\\\.0\\\\.2:8100"} == 0',
    );
  });

  it('count on prefill where it pushes', () => {
    const rules = rulesOf(scenarioNamed('push'), { address: ports });
    expect(expressionOf(rules, 'NixlTransfersFailing')).toContain('instance="10.0.0.1:8100"');
  });

  it('look at both sides while nothing was counted on either', () => {
    const rules = rulesOf(scenarioNamed('idle'), { address: ports });
    expect(expressionOf(rules, 'NixlTransfersFailing')).toContain('{model_name="meta-llama/Llama-3.1-8B-Instruct"}');
  });

  it('take the thresholds of the settings', () => {
    const thresholds = { failureShare: 0.07, kvUsage: 0.9, telemetryOffFailures: 12, silentSeconds: 400 };
    const rules = rulesOf(scenarioNamed('healthy'), { address: ports, thresholds });
    expect(expressionOf(rules, 'NixlTransferFailureShare')).toMatch(/> 0\.07$/);
    expect(expressionOf(rules, 'VllmKvCacheFull')).toMatch(/> 0\.9$/);
    expect(expressionOf(rules, 'NixlTelemetryOff')).toContain('>= 12');
    expect(generate('alerts', seen(scenarioNamed('healthy'), { address: ports, thresholds })).text).toContain(
      'for: 400s',
    );
  });

  it('use the matchers of a Prometheus server and labels that tell the sides apart', () => {
    const rules = rulesOf(scenarioNamed('dynamo'), {
      sources: [{ kind: 'prometheus', label: 'p', url: 'http://prometheus:9090', matchers: '{namespace="llm"}' }],
    });
    const expression = expressionOf(rules, 'NixlTransfersFailing')!;
    expect(expression).toContain('namespace="llm"');
    expect(expression).toContain('dynamo_namespace="dynamo"');
    expect(expression).toContain('dynamo_component="backend"');
    expect(expressionOf(rules, 'NixlLateNotifications')).toContain('dynamo_component="prefill"');
    // `up` has no label of Dynamo.
    expect(expressionOf(rules, 'VllmEndpointDown')).toBeUndefined();
  });

  it('know pods by the word in their names, since the rest of it changes', () => {
    const rules = rulesOf(scenarioNamed('healthy'), {
      labels: (label) =>
        `namespace="llm",job="pods",pod="vllm-${label}-5d8c-x2v",instance="10.1.0.${label.length}:8000"`,
    });
    expect(expressionOf(rules, 'NixlKvExpired')).toContain('namespace="llm",pod=~".*prefill.*"');
    expect(expressionOf(rules, 'NixlTransfersFailing')).toContain('namespace="llm",pod=~".*decode.*"');
    expect(expressionOf(rules, 'VllmEndpointDown')).toBe('up{namespace="llm",pod=~".*(prefill|decode).*"} == 0');
  });

  it('know others by their jobs, or one by one', () => {
    const jobs = rulesOf(scenarioNamed('healthy'), {
      labels: (label) => `job="side-${label[0]}",instance="${label}-1"`,
    });
    expect(expressionOf(jobs, 'NixlKvExpired')).toContain('job="side-p"');
    const instances = rulesOf(scenarioNamed('healthy'), {
      labels: (label) => `job="pods",instance="10.1.0.${label.length}:8000"`,
    });
    expect(expressionOf(instances, 'VllmEndpointDown')).toBe(
      'up{instance=~"10\\\\.1\\\\.0\\\\.6:8000|10\\\\.1\\\\.0\\\\.7:8000"} == 0',
    );
  });

  it('spell names as Ray does', () => {
    const rules = rulesOf(scenarioNamed('ray'), { address: ports });
    expect(expressionOf(rules, 'NixlKvExpired')).toContain('ray_vllm_nixl_num_kv_expired_reqs_total{');
  });

  it('keep text text, whatever a model is called', () => {
    const { text } = generate('alerts', seen(scenarioNamed('markup'), { address: ports }));
    const rules = parse(text) as Rules;
    expect(expressionOf(rules, 'NixlKvExpired')).toContain(
      'model_name="acme/<img src=x onerror=alert(1)>{\\"a\\",\\"b\\"} \\\\ model"',
    );
  });

  it('are valid without any engine', () => {
    const { text } = generate('alerts', {
      ...seen(scenarioNamed('idle')),
      watched: { ...seen(scenarioNamed('idle')).watched, engines: [], pairs: [] },
    });
    expect(parse(text)).toEqual({ groups: [] });
  });

  it('cover engines whose partner is not in sight', () => {
    const input = seen(scenarioNamed('failing'), { address: ports });
    const decode = input.watched.engines.filter(({ role }) => role === 'decode');
    const rules = parse(
      generate('alerts', { ...input, watched: { ...input.watched, engines: decode, pairs: [] } }).text,
    );
    expect(expressionOf(rules as Rules, 'NixlTransfersFailing')).toContain('nixl_num_failed_transfers_total');
    expect(expressionOf(rules as Rules, 'NixlNoTransfers')).toBeUndefined();
  });
});

describe('strings in YAML', () => {
  it.each(['plain', 'a "b" \\ c', 'line\nbreak\r\n', '\u2028\u0085\ufeff\u0000\u007f', '{{ x }}: # - & *', 'ü 漢 😀'])(
    'hold %j',
    (text) => {
      expect(parse(yamlString(text))).toBe(text);
      expect(yamlString(text)).toMatch(/^[\x20-\x7e]+$/);
    },
  );
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

interface Dashboard {
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}

function dashboardOf(...args: Parameters<typeof seen>): Dashboard {
  return JSON.parse(generate('dashboard', seen(...args)).text) as Dashboard;
}

describe('the dashboard', () => {
  const dashboard = dashboardOf(scenarioNamed('healthy'), { address: ports });

  it('has the variables that its queries use', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual([
      'datasource',
      'job',
      'model',
      'instance',
      'engine',
    ]);
    const used = new Set(JSON.stringify(dashboard.panels).match(/\$\{?(?!__)(\w+)/g));
    expect([...used].sort()).toEqual(['$engine', '$instance', '$job', '$model', '${datasource']);
  });

  it('asks each side for what it counts', () => {
    const expressions = (title: string) =>
      dashboard.panels.find((panel) => panel.title === title)!.targets!.map(({ expr }) => expr);
    expect(expressions('Link load')[0]).toContain('instance="10.0.0.2:8100"');
    expect(expressions('Expired KV')[0]).toContain('instance="10.0.0.1:8100"');
    expect(expressions('Transfer time')[2]).toMatch(/^histogram_quantile\(0\.9, sum by \(le\) \(rate\(/);
  });

  it('shows panels that do not lie on each other, with ids of their own', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos }) => gridPos.x + gridPos.w <= 24)).toBe(true);
  });

  it('folds the rows of further pairs', () => {
    const one = seen(scenarioNamed('healthy'), { address: ports });
    const other = seen(scenarioNamed('fragments'), { address: ports });
    const watched = { ...one.watched, pairs: [...one.watched.pairs, ...other.watched.pairs] };
    const { panels } = JSON.parse(generate('dashboard', { ...one, watched }).text) as Dashboard;
    const folded = panels.filter(({ collapsed }) => collapsed);
    expect(folded.map(({ title }) => title)).toContain('Transfers: Qwen/Qwen2-7B-Instruct');
    expect(folded.every((row) => row.panels!.length > 0)).toBe(true);
    const ids = panels.flatMap(({ id, panels: inside = [] }) => [id, ...inside.map((panel) => panel.id)]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
