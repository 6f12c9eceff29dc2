import type { Diagnostic } from 'vscode-languageserver-protocol';
import { type Problem, type Severity, UNUSED_IGNORE } from '../analysis';
import { DiagnosticSeverity, DiagnosticTag } from './protocol-values';

/** What a client understands, and how it names files. */
export interface DiagnosticStyle {
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly unnecessaryTag: boolean;
  /** The address of a rule's page. */
  page(problem: Problem): string | undefined;
  /** The client's own URI of a file. */
  uri(file: string): string;
}

export const SOURCE = 'nixl';

const SEVERITIES: Readonly<Record<Severity, 1 | 2 | 3 | 4>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A finding as an editor shows it. */
export function toDiagnostic(problem: Problem, style: DiagnosticStyle): Diagnostic {
  const diagnostic: Diagnostic = {
    range: problem.range,
    severity: SEVERITIES[problem.severity],
    source: SOURCE,
    code: problem.rule,
    message: problem.message,
  };
  const page = style.codeDescription ? style.page(problem) : undefined;
  if (page !== undefined) diagnostic.codeDescription = { href: page };
  if (style.unnecessaryTag && problem.rule === UNUSED_IGNORE) diagnostic.tags = [DiagnosticTag.Unnecessary];
  if (style.relatedInformation && problem.related.length > 0) {
    diagnostic.relatedInformation = problem.related.map(({ file, range, message }) => ({
      location: { uri: style.uri(file), range },
      message,
    }));
  }
  return diagnostic;
}
