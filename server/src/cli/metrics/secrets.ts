import { readFile } from 'node:fs/promises';
import { WrongUse } from '../wrong-use';
import type { MetricsOptions } from './options';

/** What is sent with requests, and whom to trust: read from files and from the environment, never from the command line. */
export interface Secrets {
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly certificates: readonly string[];
}

/** The variable that a token is read from. */
export const TOKEN_VARIABLE = 'NIXL_METRICS_TOKEN';

export async function readSecrets(
  { tokenFile, headerFile, ca }: Pick<MetricsOptions, 'tokenFile' | 'headerFile' | 'ca'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Secrets> {
  const token = tokenFile === undefined ? environment[TOKEN_VARIABLE] : await textOf('--token-file', tokenFile);
  const headers = headerFile === undefined ? '' : await textOf('--header-file', headerFile);
  return {
    token: token === undefined || token.trim() === '' ? undefined : tokenOf(token.trim()),
    headers: Object.fromEntries(headers.split(/\r?\n/).flatMap((line, index) => header(line, index + 1))),
    certificates: ca === undefined ? [] : [await textOf('--ca', ca)],
  };
}

function tokenOf(token: string): string {
  if (/[^\u0020-\u007e]/.test(token)) throw new WrongUse('The token has characters that no header may have.');
  return token;
}

function header(line: string, number: number): [string, string][] {
  if (line.trim() === '' || line.startsWith('#')) return [];
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\u0020-\u007e]*?)[ \t]*$/.exec(line) ?? [];
  // The line itself may be a secret.
  if (name === undefined || value === undefined)
    throw new WrongUse(`\`--header-file\`: line ${number} is not \`Name: value\`.`);
  return [[name, value]];
}

async function textOf(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new WrongUse(
      `\`${option} ${file}\`: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`}.`,
    );
  }
}
