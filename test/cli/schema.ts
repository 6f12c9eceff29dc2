/** The contract of `--format json` (design: command line), as a JSON Schema that allows nothing else. */

const position = {
  type: 'object',
  additionalProperties: false,
  required: ['line', 'character'],
  properties: { line: { type: 'integer', minimum: 0 }, character: { type: 'integer', minimum: 0 } },
};

const range = {
  type: 'object',
  additionalProperties: false,
  required: ['start', 'end'],
  properties: { start: position, end: position },
};

const file = { type: 'string', minLength: 1, pattern: '^[^\\\\]+$' };

function closed(properties: Record<string, unknown>) {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

const finding = closed({
  file,
  rule: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
  severity: { enum: ['error', 'warning', 'info', 'hint'] },
  message: { type: 'string', minLength: 1 },
  range,
  related: { type: 'array', items: closed({ file, range, message: { type: 'string', minLength: 1 } }) },
  fixes: {
    type: 'array',
    items: closed({
      title: { type: 'string', minLength: 1 },
      safe: { type: 'boolean' },
      edits: { type: 'array', minItems: 1, items: closed({ file, range, newText: { type: 'string' } }) },
    }),
  },
  docs: { type: 'string', pattern: '^docs/rules/[a-z0-9-]+\\.md$' },
});

export const reportSchema = closed({
  schemaVersion: { const: 1 },
  version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
  files: { type: 'integer', minimum: 0 },
  findings: { type: 'array', items: finding },
  unchecked: {
    type: 'array',
    items: closed({ file, range: { anyOf: [range, { type: 'null' }] }, reason: { type: 'string', minLength: 1 } }),
  },
});

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface JsonReport {
  readonly files: number;
  readonly findings: readonly {
    readonly file: string;
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly range: Range;
    readonly related: readonly { readonly file: string; readonly range: Range; readonly message: string }[];
    readonly fixes: readonly {
      readonly title: string;
      readonly safe: boolean;
      readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
    }[];
    readonly docs: string;
  }[];
  readonly unchecked: readonly { readonly file: string; readonly range: Range | null; readonly reason: string }[];
}
