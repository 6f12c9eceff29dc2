import type { Event, LogLevel, LogOutputChannel, ViewColumn } from 'vscode';
import type { Secrets } from './secrets';

/** A channel that writes to another one, and never a secret: traces hold whole messages to the server. */
export class MaskedOutput implements LogOutputChannel {
  readonly #output: LogOutputChannel;
  readonly #secrets: Secrets;

  constructor(output: LogOutputChannel, secrets: Secrets) {
    this.#output = output;
    this.#secrets = secrets;
  }

  get name(): string {
    return this.#output.name;
  }

  get logLevel(): LogLevel {
    return this.#output.logLevel;
  }

  get onDidChangeLogLevel(): Event<LogLevel> {
    return this.#output.onDidChangeLogLevel;
  }

  trace(message: string, ...rest: unknown[]): void {
    this.#output.trace(this.#secrets.mask(message), ...this.#all(rest));
  }

  debug(message: string, ...rest: unknown[]): void {
    this.#output.debug(this.#secrets.mask(message), ...this.#all(rest));
  }

  info(message: string, ...rest: unknown[]): void {
    this.#output.info(this.#secrets.mask(message), ...this.#all(rest));
  }

  warn(message: string, ...rest: unknown[]): void {
    this.#output.warn(this.#secrets.mask(message), ...this.#all(rest));
  }

  error(error: string | Error, ...rest: unknown[]): void {
    const masked = typeof error === 'string' ? this.#secrets.mask(error) : this.#error(error);
    this.#output.error(masked, ...this.#all(rest));
  }

  append(value: string): void {
    this.#output.append(this.#secrets.mask(value));
  }

  appendLine(value: string): void {
    this.#output.appendLine(this.#secrets.mask(value));
  }

  replace(value: string): void {
    this.#output.replace(this.#secrets.mask(value));
  }

  clear(): void {
    this.#output.clear();
  }

  show(first?: boolean | ViewColumn, preserveFocus?: boolean): void {
    this.#output.show(typeof first === 'boolean' ? first : preserveFocus);
  }

  hide(): void {
    this.#output.hide();
  }

  dispose(): void {
    this.#output.dispose();
  }

  #all(values: readonly unknown[]): unknown[] {
    return values.map((value) => {
      if (typeof value === 'string') return this.#secrets.mask(value);
      if (value instanceof Error) return this.#error(value);
      if (typeof value !== 'object' || value === null) return value;
      return this.#secrets.mask(JSON.stringify(value));
    });
  }

  #error(error: Error): Error {
    const masked = new Error(this.#secrets.mask(error.message));
    masked.name = error.name;
    if (error.stack !== undefined) masked.stack = this.#secrets.mask(error.stack);
    return masked;
  }
}
