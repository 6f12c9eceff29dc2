import type { Reason } from '../source-text';
import type { Script } from './script';
import type { ShellFunction, State } from './state';
import type { ShellCommand } from './types';
import type { ShellValue } from './value';

/** More statements than this are not followed: nested loops are gone through several times. */
const mostSteps = 30_000;
const mostCommands = 10_000;
/** Of all commands together. */
const mostWords = 100_000;
const deepest = 120;

/** What one run collects. */
export class Session {
  readonly commands: ShellCommand[] = [];
  readonly problems: { readonly script: Script; readonly pos: number; readonly message: string }[] = [];
  readonly defined: ShellFunction[] = [];
  readonly called = new Set<ShellFunction['node']>();
  /** Some of the script was not followed. */
  exhausted = false;
  private words = 0;
  private steps = 0;
  private depth = 0;

  add(command: ShellCommand): void {
    this.words += command.words.length + command.rawWords.length;
    if (this.commands.length < mostCommands && this.words < mostWords) this.commands.push(command);
    else this.exhausted = true;
  }

  /** Runs a step unless there were too many of them, or too many inside each other. */
  step<T>(otherwise: T, run: () => T): T {
    this.steps++;
    if (this.steps > mostSteps || this.depth >= deepest) {
      this.exhausted = true;
      return otherwise;
    }
    this.depth++;
    try {
      return run();
    } finally {
      this.depth--;
    }
  }
}

/** Under which circumstances a part of a script runs. */
export interface Way {
  readonly script: Script;
  readonly conditional: Reason | undefined;
  readonly repeated: boolean;
  readonly background: boolean;
  /** A trial run, which reports nothing. */
  readonly quiet: boolean;
  /** What it reads from a pipe or a redirection of the construct around it. */
  readonly input: readonly ShellValue[];
  /** The functions that are being called, and files being read. */
  readonly calls: readonly unknown[];
  /** States in which `break` or `continue` left the loop. */
  readonly loopExits: State[] | undefined;
  /** States in which `return` left the function. */
  readonly returns: State[] | undefined;
}

export function inBranch(way: Way, reason: Reason): Way {
  return way.conditional ? way : { ...way, conditional: reason };
}
