import type { Container } from '../../model';
import type { Fix } from '../rule';
import { fix } from './findings';

/**
 * Makes an init container a sidecar: a line below its name. `undefined` where the name has no line of its own in block
 * style. Such a container never ended, so that nothing can depend on it.
 */
export function alwaysRestart({ name }: Container): Fix | undefined {
  if (name?.kind !== 'known') return undefined;
  const { root, span } = name.source.place().source.locate(name.source.place().span);
  const { text } = root;
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const end = text.indexOf('\n', span.end);
  const line = text.slice(start, end < 0 ? text.length : end);
  const before = /^([ \t]*(?:-[ \t]+)?)name:[ \t]+["']?$/.exec(text.slice(start, span.start))?.[1];
  if (before === undefined || !/^["']?[ \t]*\r?$/.test(line.slice(span.end - start))) return undefined;
  const at = start + line.trimEnd().length;
  const newText = `\n${before.replace('-', ' ')}restartPolicy: Always`;
  return fix('Add `restartPolicy: Always`', true, { place: { source: root, span: { start: at, end: at } }, newText });
}
