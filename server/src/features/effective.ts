import { inWords } from '../analysis';
import { describeBounds, holds, listenerPorts, type PortOffset, portOffsets, valuesAt } from '../knowledge';
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

/** How a rank's port is counted, in words. */
const FORMULAS: Readonly<Record<PortOffset, string>> = {
  'tensor-rank': '+ tensor-parallel rank',
  'local-data-rank-and-tensor-rank': '+ local data-parallel rank × tensor-parallel size + tensor-parallel rank',
  'data-rank-and-tensor-rank': '+ data-parallel rank × tensor-parallel size + tensor-parallel rank',
  'data-rank': '+ data-parallel rank',
};

/** How the ports of the ranks follow from the variable, by release; empty for other variables. */
export function portFormulaText(engine: Engine, variable: string): string {
  if (variable !== PORT) return '';
  const at = engine.versions.vllm?.version;
  const possible = portOffsets.filter((entry) => holds({ ...entry, library: 'vllm' }, at) !== 'no');
  return possible
    .map((entry) => {
      const when = possible.length > 1 ? ` (vLLM ${describeBounds(entry)})` : '';
      return `A rank listens on \`${PORT}\` ${FORMULAS[entry.value]}${when}.`;
    })
    .join('\n\n');
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
