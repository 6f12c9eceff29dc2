import type { Analysis } from '../analysis';
import { isBeyond, originLine, versionLine } from './versions';

export interface Status {
  /** What is assumed; empty when nothing of ours is in the file. */
  readonly text: string;
  readonly detail?: string;
  readonly severity?: 'info' | 'warning';
}

/** The one-line summary of a file for a status item. */
export function statusOf(analysis: Analysis): Status {
  const { deployment, unchecked } = analysis;
  const open = unchecked.length > 0 ? `${unchecked.length} not checked` : '';
  if (deployment.engines.length === 0) {
    const reason = unchecked[0]?.reason;
    return reason ? { text: 'Not checked', detail: reason, severity: 'warning' } : { text: '' };
  }
  return {
    text: versionLine(analysis),
    detail: [originLine(analysis), open].filter((part) => part !== '').join(' · '),
    severity: isBeyond(analysis) ? 'warning' : 'info',
  };
}
