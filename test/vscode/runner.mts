import { inspect } from 'node:util';

type Test = () => Promise<void>;

export interface Counts {
  passed: number;
  failed: number;
}

/**
 * Runs tests one after another and prints a line for each. VS Code's extension host takes any `run()`; a test framework
 * there would be a dependency for what these lines do.
 */
export class Runner {
  readonly #tests: [name: string, test: Test][] = [];
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  test(name: string, test: Test): void {
    this.#tests.push([name, test]);
  }

  /** Runs all that were named. `afterFailure` may keep evidence, such as a picture of the screen. */
  async run(afterFailure: (name: string) => Promise<void> = async () => {}): Promise<Counts> {
    const counts: Counts = { passed: 0, failed: 0 };
    for (const [name, test] of this.#tests) {
      const start = Date.now();
      try {
        await test();
        counts.passed++;
        this.#print(`ok    ${name} (${Date.now() - start} ms)`);
      } catch (error) {
        counts.failed++;
        this.#print(`FAIL  ${name} (${Date.now() - start} ms)\n${indented(error)}`);
        await afterFailure(name);
      }
    }
    return counts;
  }
}

/** The line that closes a run. */
export function closingLine({ passed, failed }: Counts): string {
  return `${passed} tests passed, ${failed} failed`;
}

function indented(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  return text.replaceAll(/^/gm, '      ');
}
