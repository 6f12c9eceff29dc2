import { type Analysis, type FileEdit, readDirectives } from '../analysis';
import { isUnverified, knownReleases, newestVerified, parseVersion, releaseDate } from '../knowledge';

/** A release that a user may state, with what is known about it. */
export interface VersionChoice {
  readonly version: string;
  /** Its date, and how far its facts can be trusted. */
  readonly note: string;
}

/** The vLLM releases that a file may state, the newest first. */
export function versionChoices(): VersionChoice[] {
  return [...knownReleases('vllm')].reverse().map((version) => ({
    version,
    note: [
      releaseDate('vllm', version) ?? '',
      isUnverified('vllm', version) ? `not verified beyond ${newestVerified('vllm')}` : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
  }));
}

/** The vLLM version that all engines of a file are checked against; `undefined` where there are none, or several. */
export function statedVersion({ deployment }: Analysis): string | undefined {
  const versions = new Set(deployment.engines.map(({ versions: { vllm } }) => vllm?.version));
  const [only] = versions;
  return versions.size === 1 ? only : undefined;
}

/**
 * The edit that makes a file state its vLLM version in a comment: in the one that it has, else in a new one at its top.
 * `undefined` for what is no version, and for JSON, which has no comments.
 */
export function stateVersionEdit(analysis: Analysis, version: string): FileEdit | undefined {
  const { text, files, name } = analysis;
  if (!/^[\w.+!-]+$/.test(version) || !parseVersion(version) || isJson(analysis)) return undefined;
  const edit = inComment(text, version) ?? atTop(text, version);
  const place = files.place(name, edit.start, edit.end);
  return place && { ...place, newText: edit.newText };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Of several comments the last counts. */
function inComment(text: string, version: string): Edit | undefined {
  const stated = readDirectives(text).flatMap((directive) => (directive.kind === 'versions' ? directive.values : []));
  const vllm = stated.findLast(({ name }) => name === 'vllm');
  if (vllm) return { ...vllm.valueSpan, newText: version };
  const first = stated[0];
  return first && { start: first.start, end: first.start, newText: `vllm=${version} ` };
}

/** Lines that have to stay the first ones: what runs a script, and what tells how a Dockerfile is parsed. */
const FIRST_LINES = /^(?:#!.*|#cloud-config.*)(?:\r?\n|$)|^(?:#[ \t]*(?:syntax|escape|check)[ \t]*=.*(?:\r?\n|$))+/i;

function atTop(text: string, version: string): Edit {
  const start = FIRST_LINES.exec(text)?.[0].length ?? (text.startsWith('\ufeff') ? 1 : 0);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const opened = start > 0 && !text.slice(0, start).endsWith('\n') && text[start - 1] !== '\ufeff' ? lineBreak : '';
  // In front of a template's action a plain comment would be rendered, and perhaps joined with what follows.
  const comment = /^\s*\{\{/.test(text.slice(start))
    ? `{{- /* nixl: vllm=${version} */ -}}`
    : `# nixl: vllm=${version}`;
  return { start, end: start, newText: `${opened}${comment}${lineBreak}` };
}

function isJson({ host, text }: Analysis): boolean {
  return host === 'json' || /^\s*[{[](?!\{)/.test(text);
}
