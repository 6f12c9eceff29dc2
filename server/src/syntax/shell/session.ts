import { grouped } from '../grouped';
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
const mostFunctions = 1_000;
const mostFiles = 1_000;
const deepest = 120;

/** What one run collects. */
export class Session {
  readonly commands: ShellCommand[] = [];
  readonly problems: { readonly script: Script; readonly pos: number; readonly message: string }[] = [];
  /** By their bodies, in the order of definition. */
  readonly defined = new Map<ShellFunction['node'], ShellFunction>();
  readonly called = new Set<ShellFunction['node']>();
  /** The limit that was reached, in words: some of the script was not followed. One that ends the run comes first. */
  exhausted: string | undefined;
  /** Nothing more is followed: what was left out may have changed everything after it. */
  stopped = false;
  private readonly files = new Set<string>();
  private words = 0;
  private steps = 0;
  private depth = 0;

  add(command: ShellCommand): void {
    this.words += command.words.length + command.rawWords.length;
    if (this.commands.length >= mostCommands) this.stop(`more than ${grouped(mostCommands)} commands of shell`);
    else if (this.words >= mostWords) this.stop(`more than ${grouped(mostWords)} words of shell`);
    else if (!this.stopped) this.commands.push(command);
  }

  /** False for one function more than are followed. */
  define(body: ShellFunction): boolean {
    this.defined.set(body.node, body);
    if (this.defined.size > mostFunctions) this.stop(`more than ${grouped(mostFunctions)} shell functions`);
    return !this.stopped;
  }

  /** False for one file more than are followed. */
  write(path: string): boolean {
    this.files.add(path);
    if (this.files.size > mostFiles) this.stop(`more than ${grouped(mostFiles)} files that a script writes`);
    return !this.stopped;
  }

  /** Notes that something was left out. */
  exhaust(limit: string): void {
    this.exhausted ??= limit;
  }

  private stop(limit: string): void {
    if (!this.stopped) this.exhausted = limit;
    this.stopped = true;
  }

  /** Runs a step unless there were too many of them, or too many inside each other. */
  step<T>(otherwise: T, run: () => T): T {
    if (this.steps >= mostSteps) this.stop(`more than ${grouped(mostSteps)} steps of shell`);
    else if (this.depth >= deepest) this.stop(`shell commands more than ${deepest} levels deep in each other`);
    if (this.stopped) return otherwise;
    this.steps++;
    this.depth++;
    try {
      return run();
    } finally {
      this.depth--;
    }
  }
}

/** A function that is being called by itself, directly or not, and what was known then. */
export interface Entry {
  readonly node: ShellFunction['node'];
  readonly state: State;
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
  /** What was known with each call of a function by itself. */
  readonly entries: readonly Entry[];
  /** States in which `break` or `continue` left the loop. */
  readonly loopExits: State[] | undefined;
  /** States in which `return` left the function. */
  readonly returns: State[] | undefined;
}

export function inBranch(way: Way, reason: Reason): Way {
  return way.conditional ? way : { ...way, conditional: reason };
}
