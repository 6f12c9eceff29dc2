import { maskTemplates, parseDotenv, type Reason, type SourceText } from '../syntax';
import type { Reading } from './command/launch';
import { fromDotenv } from './dotenv-variables';
import { addEnvironmentFile } from './shell';
import { surroundFile } from './vllm-config';

const rest: Reason = { kind: 'host', detail: 'the command that uses this file' };

/** A file of `NAME=value` lines on its own. One that is sourced (`export NAME=…`) is read as a shell reads it. */
export function readEnvironmentFile(source: SourceText, dialect: 'dotenv' | 'docker', reading: Reading): void {
  const text = maskTemplates(source, 'text');
  const sourced = dialect === 'dotenv' && /^[^\S\n]*export\s+[A-Za-z_]/m.test(text.text);
  const { entries, exhausted } = parseDotenv(text, sourced ? 'shell' : dialect);
  if (exhausted) reading.out.addLimit(undefined, exhausted);
  // A line whose name a template writes may set anything.
  const templated = entries.flatMap(({ nameText }) => nameText.holes().map(({ reason }) => reason));
  const via = dialect === 'docker' ? 'env-file' : 'dotenv';
  const around = { ...surroundFile(reading.context.name, 'the engine of this file'), layer: 'env-file' as const };
  addEnvironmentFile(fromDotenv(entries, sourced ? 'shell' : via), [rest, ...templated], around, reading);
}
