import { inWords } from '../analysis';
import { listenerPorts, portOffsets, valuesAt } from '../knowledge';
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
  const base = variable === PORT ? knownInteger(engine.environment.get(PORT)?.value) : undefined;
  const { tensor, dataLocal, dataStart } = engine.parallel;
  if (base === undefined || tensor === undefined || dataLocal === undefined || dataStart === undefined) return '';
  const ranks = { tensor, data: dataLocal, start: dataStart };
  const ranges = valuesAt(portOffsets, 'vllm', engine.versions.vllm?.version).map((offset) =>
    listenerPorts(base, offset, ranks),
  );
  const texts = [...new Set(ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)))];
  const varies = texts.length > 1 ? ', depending on the vLLM version' : '';
  const counts = `${count(dataLocal, 'data-parallel rank')}, ${count(tensor, 'tensor-parallel rank')}`;
  return `Listens on ${texts.join(' or ')}${varies} (${counts}).`;
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
