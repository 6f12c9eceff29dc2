import { parseArgs } from 'node:util';
import { catalogue, docsOf, type Rule, readSource, VERSION } from '../../analysis';
import { examplesOf, findingsOfExample, pageOf, rulePage } from '../../analysis/pages';
import { nearest } from '../../knowledge';
import { markdownText } from '../markdown-text';
import { paint } from '../paint';
import { EXIT } from '../terminal';
import { WrongUse } from '../wrong-use';
import type { Verb } from './verb';

const FORMATS: readonly string[] = ['text', 'json'];

export const rulesVerb: Verb = {
  name: 'rules',
  help: `nixl-lint rules lists what can be found, or prints the page of one rule with its examples.

Usage: nixl-lint rules [ID] [OPTIONS]

  --format text|json       text to read, or one JSON object
  --color, --no-color      colours whether or not the output is a terminal
  --help, -h               this text

Exit status: 0 printed, 2 wrong use, such as an ID that there is not.
`,
  async run(words, terminal) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string' },
        color: { type: 'boolean' },
        'no-color': { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const format = values.format ?? 'text';
    if (!FORMATS.includes(format)) throw new WrongUse(`\`--format ${format}\`: use ${FORMATS.join(' or ')}.`);
    if (positionals.length > 1) throw new WrongUse('One rule at a time.');
    const [id] = positionals;
    const rule = id === undefined ? undefined : named(id);
    const colored = values['no-color'] ? false : (values.color ?? terminal.colors);
    await terminal.out(format === 'json' ? json(rule) : text(rule, colored));
    return EXIT.fine;
  },
};

function named(id: string): Rule {
  const rule = catalogue.find((candidate) => candidate.id === id);
  if (rule) return rule;
  const ids = catalogue.map((candidate) => candidate.id);
  // A part of an id, such as `telemetry`, is the usual way not to know all of it.
  const meant = [...new Set([...nearest(id, ids), ...ids.filter((candidate) => candidate.includes(id))])];
  const proposals = meant.map((candidate) => `\`${candidate}\``).join(', ');
  throw new WrongUse(`There is no rule \`${id}\`.${proposals ? ` Do you mean ${proposals}?` : ''}`);
}

function text(rule: Rule | undefined, colored: boolean): string {
  const colors = paint(colored);
  if (rule) return markdownText(rulePage(rule), colors);
  const width = Math.max(...catalogue.map(({ id }) => id.length));
  const categories = [...new Set(catalogue.map(({ category }) => category))].sort();
  const parts = categories.map((category) => {
    const rows = catalogue.filter((candidate) => candidate.category === category);
    const lines = rows.map(
      ({ id, severity, title }) =>
        `  ${id.padEnd(width)}  ${colors.severity(severity, severity.padEnd(7))}  ${title}\n`,
    );
    return `${colors.strong(category)}\n${lines.join('')}`;
  });
  const end = `${catalogue.length} rules, each with the highest level that it gives. One page: nixl-lint rules ID\n`;
  return [...parts, end].join('\n');
}

function json(rule: Rule | undefined): string {
  const rules = rule ? [whole(rule)] : catalogue.map(summary);
  return `${JSON.stringify({ schemaVersion: 1, version: VERSION, rules }, undefined, 2)}\n`;
}

function summary(rule: Rule) {
  const { id, title, category, severity } = rule;
  const fixes = examplesOf(rule).some(({ fixed }) => fixed !== undefined);
  return { id, title, category, severity, fixes, docs: docsOf(id) };
}

function whole(rule: Rule) {
  const examples = examplesOf(rule).map((example) => {
    const { kind, title, file, text: content, assume = {}, fixed } = example;
    const findings = findingsOfExample(rule, example);
    return { kind, title, file, text: content, assume, findings, ...(fixed !== undefined && { fixed }) };
  });
  const { description, sources } = pageOf(rule);
  return { ...summary(rule), description: description.trim(), examples, sources: sources.map(readSource) };
}
