import { type Assumptions, isRuleId, PLATFORMS, type RuleLevels, SEVERITY_LEVELS, type Severity } from '../analysis';
import { parseVersion } from '../knowledge';
import type { Connection } from './connection';

/** The `nixl` section of a resource. */
export interface Settings {
  readonly assumptions: Assumptions;
  readonly rules: RuleLevels;
}

/** Reads what a client calls settings. What is mistyped there counts as not set: the editor marks it. */
export function readSettings(section: unknown): Settings {
  const given = isRecord(section) ? section : {};
  const rules = isRecord(given.rules) ? given.rules : {};
  return {
    assumptions: {
      vllm: version(given.vllmVersion),
      nixl: version(given.nixlVersion),
      ucx: version(given.ucxVersion),
      platform: PLATFORMS.find((platform) => platform === given.platform),
    },
    rules: Object.fromEntries(
      Object.entries(rules).flatMap(([id, level]): [string, Severity | 'off'][] => {
        const known = SEVERITY_LEVELS.find((candidate) => candidate === level);
        return known && isRuleId(id) ? [[id, known]] : [];
      }),
    ),
  };
}

/** Settings per resource: asked for once, and again after they changed. */
export class SettingsCache {
  readonly #connection: Connection;
  readonly #pulled: boolean;
  #fallback: Settings;
  #byResource = new Map<string, Promise<Settings>>();

  /** @param pulled the client answers `workspace/configuration` */
  constructor(connection: Connection, pulled: boolean, initial: unknown) {
    this.#connection = connection;
    this.#pulled = pulled;
    this.#fallback = readSettings(initial);
  }

  get(uri: string): Promise<Settings> {
    const known = this.#byResource.get(uri);
    if (known) return known;
    const asked = this.#pulled ? this.#ask(uri) : Promise.resolve(this.#fallback);
    this.#byResource.set(uri, asked);
    return asked;
  }

  /** Something changed; clients that are not asked send their settings along. */
  changed(sent: unknown): void {
    if (!this.#pulled && isRecord(sent)) this.#fallback = readSettings(sent.nixl);
    this.#byResource = new Map();
  }

  forget(uri: string): void {
    this.#byResource.delete(uri);
  }

  async #ask(uri: string): Promise<Settings> {
    try {
      const items = [{ scopeUri: uri, section: 'nixl' }];
      const [section] = await this.#connection.request('workspace/configuration', { items });
      return readSettings(section);
    } catch {
      return this.#fallback;
    }
  }
}

function version(value: unknown): string | undefined {
  return typeof value === 'string' && parseVersion(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
