import { type FilePlace, VERSION } from '../analysis';
import type { Report } from './report';

/** The report as one JSON object; its shape is a contract (see docs/cli.md). */
export function formatJson(report: Report): string {
  const findings = report.findings.map((finding) => ({
    file: finding.file,
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    range: finding.range,
    related: finding.related.map((related) => ({ ...where(related), message: related.message })),
    fixes: finding.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map((edit) => ({ ...where(edit), newText: edit.newText })),
    })),
    docs: finding.docs,
  }));
  const unchecked = report.unchecked.map(({ file, place, reason }) => ({ file, range: place?.range ?? null, reason }));
  return `${JSON.stringify({ schemaVersion: 1, version: VERSION, files: report.files, findings, unchecked }, null, 2)}\n`;
}

function where({ file, range }: FilePlace): Pick<FilePlace, 'file' | 'range'> {
  return { file, range };
}
