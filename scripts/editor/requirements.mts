import { findAny } from './host.mts';

/** A program of the system that we cannot bring along, and the Debian package that has it. */
interface Requirement {
  names: readonly string[];
  debian: string;
}

const BROWSER: Requirement = {
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
  debian: 'chromium',
};

const TOOLCHAIN: readonly Requirement[] = [
  { names: ['g++', 'c++'], debian: 'g++' },
  { names: ['make'], debian: 'make' },
  { names: ['python3'], debian: 'python3' },
];

/** The browser that draws VS Code in tests and for screenshots; without one, the script that asks ends with one line. */
export function browserPath(): string {
  const path = findAny(BROWSER.names);
  if (path) return path;
  process.stderr.write(`No Chromium is installed: ${aptGet([BROWSER.debian])}\n`);
  process.exit(1);
}

/** Whether there is a browser: what can do without one goes on without. */
export function hasBrowser(): boolean {
  return findAny(BROWSER.names) !== undefined;
}

/** What is missing to compile VS Code's native modules, as one line; undefined when nothing is. */
export function missingToolchain(): string | undefined {
  const missing = TOOLCHAIN.filter(({ names }) => !findAny(names)).map(({ debian }) => debian);
  return missing.length > 0 ? aptGet(missing) : undefined;
}

function aptGet(packages: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}apt-get install -y ${packages.join(' ')}`;
}
