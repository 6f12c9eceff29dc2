import type { SecretStorage } from 'vscode';
import { METRICS_TOKEN_REQUEST, type MetricsSource, type TokenParams } from '../../../protocol/metrics';
import type { LanguageServer } from '../language-server';
import { originOf } from './address';

const PREFIX = 'nixl.metrics.token:';

/** Bearer tokens by origin. VS Code keeps them, encrypted; the server gets those of the hosts that it is to ask. */
export class Tokens {
  readonly #secrets: SecretStorage;
  readonly #server: LanguageServer;

  constructor(secrets: SecretStorage, server: LanguageServer) {
    this.#secrets = secrets;
    this.#server = server;
  }

  /** Keeps a token for an origin, or forgets it, and tells the server. */
  async set(origin: string, token: string): Promise<void> {
    if (token) await this.#secrets.store(PREFIX + origin, token);
    else await this.#secrets.delete(PREFIX + origin);
    await this.#tell({ origin, ...(token && { token }) });
  }

  async has(origin: string): Promise<boolean> {
    return (await this.#secrets.get(PREFIX + origin)) !== undefined;
  }

  /** Gives the server the tokens of these hosts, and of no others. */
  async give(sources: readonly MetricsSource[]): Promise<void> {
    for (const origin of originsOf(sources)) {
      const token = await this.#secrets.get(PREFIX + origin);
      if (token) await this.#tell({ origin, token });
    }
  }

  async #tell(params: TokenParams): Promise<void> {
    if (params.token) this.#server.secrets.add(params.token);
    await this.#server.request<null>(METRICS_TOKEN_REQUEST, params);
  }
}

/** The origins that sources are on, each once. */
export function originsOf(sources: readonly MetricsSource[]): string[] {
  const origins = sources.flatMap((source) => ('url' in source ? (originOf(source.url) ?? []) : []));
  return [...new Set(origins)];
}
