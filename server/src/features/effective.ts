import { inWords } from '../analysis';
import { envDefault, listenerPorts, lookupEnv, portOffsetsAt } from '../knowledge';
import { type Engine, knownInteger, type Value } from '../model';

/** A value for people: as it is when known, else why it is not. Secrets never stand here: they are not known. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case 'known':
      return value.text === '' ? 'an empty text' : code(value.text);
    case 'partial':
      return `${code(value.source.text)} (${inWords(value.reason)})`;
    case 'unknown':
      return `not known: ${inWords(value.reason)}`;
  }
}

const PORT = 'VLLM_NIXL_SIDE_CHANNEL_PORT';

/** The ports on which the engine's ranks will listen, for the variable that sets the first of them. */
export function portsText(engine: Engine, variable: string): string {
  if (variable !== PORT) return '';
  const vllm = engine.versions.vllm?.version;
  const given = engine.environment.get(PORT);
  const fact = lookupEnv(PORT);
  const base = given ? knownInteger(given.value) : fact && Number(envDefault(fact, vllm));
  const { tensor, pipeline, data, dataLocal, dataStart } = engine.parallel;
  const local = dataLocal ?? data;
  if (!base || tensor === undefined || local === undefined || dataStart === undefined || pipeline === undefined)
    return '';
  const ranks = { tensor, data: local, start: dataStart };
  const ranges = portOffsetsAt(vllm).map((offset) => listenerPorts(base, offset, ranks));
  const texts = new Set(ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)));
  return `Listens on ${[...texts].join(' or ')}${texts.size > 1 ? ', depending on the vLLM version' : ''} (${count(local, 'data-parallel rank')}, ${count(tensor, 'tensor-parallel rank')}).`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const SHOWN = 200;

function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const cut = line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
  return cut.includes('`') ? `\`\` ${cut} \`\`` : `\`${cut}\``;
}
