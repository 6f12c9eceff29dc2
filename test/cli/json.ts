import { Ajv } from 'ajv';
import { expect } from 'vitest';
import type { CliResult } from '../support/cli';
import { type JsonReport, reportSchema } from './schema';

const validate = new Ajv({ allErrors: true }).compile(reportSchema);

/** The report that a run printed, when it keeps the contract and the order. */
export function readReport({ stdout }: CliResult): JsonReport {
  const report = JSON.parse(stdout) as JsonReport;
  validate(report);
  expect(validate.errors ?? []).toEqual([]);
  const keys = report.findings.map(
    ({ file, range, rule }) => [file, range.start.line, range.start.character, rule] as const,
  );
  expect(keys).toEqual([...keys].sort(compareKeys));
  return report;
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value < b[index]! ? -1 : 1;
  return 0;
}
