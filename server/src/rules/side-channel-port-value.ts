import { lookupEnv } from '../knowledge/environment';
import { knownInteger } from '../model';
import { rule } from './rule';
import { isQuoted, known, SIDE_CHANNEL_PORT, setValue, valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { erasOf, eraWords, listenersOf, portWords } from './support/side-channel-ports';
import { code } from './support/words';

const HIGHEST = 65_535;

export const sideChannelPortValue = rule({
  id: 'side-channel-port-value',
  title: 'Side-channel port that is no port, or whose ranks run out of ports',
  category: 'side-channel',
  severity: 'error',
  description: `
\`VLLM_NIXL_SIDE_CHANNEL_PORT\` is read with Python's \`int()\`: anything else is an exception at start. vLLM does not check the
range. 65536 is refused by the socket, larger numbers wrap (70000 becomes 4464), 0 takes a random port; in all these cases
the number that the other side is told stays the configured one, and it dials a port where nobody listens.

The same holds when the base is fine but base + rank is not.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#26338'],
  *check(engine) {
    if (!usesNixl(engine) || opensSideChannel(engine) === 'no') return;
    const port = known(engine, SIDE_CHANNEL_PORT);
    if (!port || isQuoted(port.text)) return;
    const { variable, text } = port;
    const base = knownInteger(variable.value);
    const is = `${code(SIDE_CHANNEL_PORT)} is ${text === '' ? 'empty' : code(text)}`;
    if (base === undefined) {
      const digits = /\d{2,}/.exec(text.replace(/^.*:/, ''))?.[0];
      const usual = lookupEnv(SIDE_CHANNEL_PORT)?.typeWords ?? 'a whole number';
      yield finding(
        valuePlace(variable),
        'error',
        `${is}, but must be ${usual}: vLLM stops when it reads it. Write a port such as ${code(digits ?? '5600')}.`,
        [digits ? fix(`Write ${code(digits)}`, false, setValue(variable, digits)) : undefined],
      );
      return;
    }
    if (base <= 0 || base > HIGHEST) {
      yield finding(
        valuePlace(variable),
        'error',
        `${is}, which is no port: ${outcome(base)}. Write a port between 1024 and ${HIGHEST}.`,
      );
      return;
    }
    const eras = erasOf(engine);
    const beyond = eras.flatMap((era) => {
      const listeners = listenersOf(engine, era);
      return listeners && listeners.last > HIGHEST ? [{ era, listeners }] : [];
    });
    const worst = beyond.at(-1);
    if (!worst) return;
    const always = beyond.length === eras.length;
    yield finding(
      valuePlace(variable),
      always ? 'error' : 'info',
      `${is}, so that the ranks of this engine listen on ${portWords(worst.listeners)}${always ? '' : ` with ${eraWords(worst.era)}`}: there is no port above ${HIGHEST}. Start lower.`,
    );
  },
  examples: [],
});

function outcome(port: number): string {
  if (port === 0) return 'the listener takes a random one, while the other side is told 0';
  if (port === HIGHEST + 1) return 'the listener cannot bind and the engine hangs while starting';
  return 'the listener binds another one, while the other side is told this number';
}
