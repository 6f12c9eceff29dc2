import { type AlertRule, alertRules } from './alerts';
import type { Plan } from './plan';

/**
 * The rules of a deployment as a file that Prometheus loads. Written by hand: strings in double quotes with everything
 * escaped that is not plain, so that nothing a model or a host is called can be anything else than text.
 */
export function alertsYaml(plan: Plan): string {
  const out = [
    '# Alert rules for vLLM prefill/decode over NIXL, written for the deployment at hand.',
    '# Thresholds are those of the settings nixl.metrics.thresholds. Engines that were watched directly are matched by the',
    '# address under which they were scraped: change `instance` where Prometheus knows them by another one.',
    'groups:',
  ];
  plan.pairs.forEach((pair, index) => {
    out.push(`  - name: ${yamlString(plan.pairs.length === 1 ? 'nixl' : `nixl-${index + 1}`)}`);
    out.push(`    # ${comment(pair.label)}; transfers are counted on ${pair.counting}`);
    out.push('    rules:');
    for (const rule of alertRules(plan, pair)) out.push(...ruleLines(rule));
  });
  if (plan.pairs.length === 0) out[out.length - 1] = 'groups: []';
  return `${out.join('\n')}\n`;
}

function ruleLines(rule: AlertRule): string[] {
  return [
    `      - alert: ${rule.alert}`,
    ...expressionLines(rule.expr),
    ...(rule.for === undefined ? [] : [`        for: ${rule.for}`]),
    '        labels:',
    `          severity: ${rule.severity}`,
    '        annotations:',
    `          summary: ${yamlString(rule.summary)}`,
    `          description: ${yamlString(rule.description)}`,
  ];
}

/** As it is, in a block, where all characters are plain. */
function expressionLines(expr: string): string[] {
  if (!/^[\x20-\x7e\n]*$/.test(expr)) return [`        expr: ${yamlString(expr)}`];
  return ['        expr: |-', ...expr.split('\n').map((line) => `          ${line}`)];
}

/** In double quotes; what is not plain ASCII by its number, since line breaks and marks hide among the rest. */
export function yamlString(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === '\\') out += `\\${character}`;
    else if (code >= 0x20 && code < 0x7f) out += character;
    else if (code <= 0xffff) out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${out}"`;
}

/** Text within a comment, on its one line. */
function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').trim();
}
