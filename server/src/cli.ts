import { faultOf } from './analysis';
import { main } from './cli/main';
import { keepHeapSmall } from './cli/small-heap';
import { EXIT } from './cli/terminal';

keepHeapSmall();

// A reader that closes the pipe early (`| head`) has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') say(`Standard output: ${error.code}`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.failed);
});

main(process.argv.slice(2), {
  input: standardInput,
  inputPieces: () => process.stdin,
  out,
  say,
  colors: hasColors(),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`nixl-lint failed: ${faultOf(error)}`);
    process.exitCode = EXIT.failed;
  },
);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Waits until it is written: a report may be larger than the pipe. */
function out(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** As https://no-color.org has it. */
function hasColors(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
