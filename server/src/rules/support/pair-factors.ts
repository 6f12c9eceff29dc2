import { type BehaviourId, behaviour } from '../../knowledge/behaviours';
import { lookupConnector } from '../../knowledge/connectors';
import { lookupExtraKey } from '../../knowledge/extra-config';
import { parseVersion } from '../../knowledge/version';
import { connectorName, type Engine, extraMember, items, knownText, member, type Place, placeOf } from '../../model';
import type { Severity } from '../rule';
import { nixlConnectors } from './connectors';
import { known, valuePlace } from './environment';
import type { Pair } from './pairs';
import { isPlaceholder, knownString } from './tree';
import { applies, severityIn } from './versions';

/** What one engine says about a factor. */
export interface Stated {
  readonly text: string;
  readonly place: Place;
}

/** Something that has to agree between prefill and decode for a transfer. */
export interface Factor {
  /** As the subject of a sentence, in backticks where it is a name. */
  readonly name: string;
  /** What is written; `undefined` where nothing is, or where it is not known. */
  readonly read: (engine: Engine) => Stated | undefined;
  /** How bad it is that the two differ; `undefined` when it is not. */
  readonly judge: (prefill: string, decode: string, pair: Pair) => Severity | undefined;
  /** It is a part of the hash, so that a switch lets it pass. */
  readonly hashed: boolean;
  /** What has to hold, to end the message. */
  readonly advice: string;
}

/** The engine of a pair whose release is known, decode first. */
export function dated({ prefill, decode }: Pair): Engine {
  return decode.versions.vllm ? decode : prefill;
}

const SAME = 'Write the same on both sides.';

/** Compared as texts in the hash of releases that have one. */
function hashed(behaviourId: BehaviourId, worst: Severity, differ: (a: string, b: string) => boolean): Factor['judge'] {
  return (a, b, pair) => (differ(a, b) ? severityIn(behaviour(behaviourId).range, dated(pair), worst) : undefined);
}

const FLOATS: Readonly<Record<string, string>> = { half: 'float16', float: 'float32' };
/** What vLLM makes of `fp8` depends on the platform and the kind of attention. */
const FP8 = /^fp8(?:_e4m3|_ds_mla)?$/;

export const pairFactors: readonly Factor[] = [
  {
    name: 'The model',
    read: model,
    judge: hashed('compatibility-hash', 'error', (a, b) => a !== b),
    hashed: true,
    advice: 'Spell it the same on both sides; `--served-model-name` gives it a name for requests.',
  },
  {
    name: '`--dtype`',
    read: (engine) => flagText(engine, 'dtype'),
    judge: hashed('compatibility-hash', 'error', (a, b) => named(a, b) && (FLOATS[a] ?? a) !== (FLOATS[b] ?? b)),
    hashed: true,
    advice: SAME,
  },
  {
    name: '`--kv-cache-dtype`',
    read: (engine) => flagText(engine, 'kv-cache-dtype'),
    judge: hashed('compatibility-hash', 'error', (a, b) => named(a, b) && a !== b && !(FP8.test(a) && FP8.test(b))),
    hashed: true,
    advice: SAME,
  },
  {
    name: 'The attention backend',
    read: (engine) => flagText(engine, 'attention-backend') ?? variableText(engine, 'VLLM_ATTENTION_BACKEND'),
    // A decoder on CPUs reads from others; and vLLM may fall back to another one than was asked for.
    judge: hashed(
      'compatibility-hash',
      'warning',
      (a, b) => a.toUpperCase() !== b.toUpperCase() && !/cpu/i.test(a + b),
    ),
    hashed: true,
    advice: SAME,
  },
  {
    name: 'The hybrid KV cache manager',
    read: hybridManager,
    judge: hashed('hash-of-hybrid-manager', 'error', (a, b) => a !== b),
    hashed: true,
    advice: 'Give both sides the same flag.',
  },
  {
    name: '`enable_cross_layers_blocks`',
    read: (engine) => extraText(engine, 'enable_cross_layers_blocks'),
    // Where the layout does not allow it, it is off on both sides.
    judge: hashed('hash-of-cross-layers', 'warning', (a, b) => a.toLowerCase() !== b.toLowerCase()),
    hashed: true,
    advice: SAME,
  },
  {
    name: 'vLLM',
    read: release,
    judge: (a, b, { prefill, decode }) => {
      if (a === b || applies(behaviour('compatibility-hash').range, decode) !== 'yes') return undefined;
      return repository(prefill) === repository(decode) ? 'error' : 'warning';
    },
    hashed: true,
    advice: 'Run the same release on both sides.',
  },
  {
    name: 'The connector',
    read: transferMode,
    judge: (a, b) => (a === b ? undefined : 'error'),
    hashed: false,
    advice: 'A connector that pushes and one that pulls do not understand each other: use the same on both sides.',
  },
  {
    name: '`backends`',
    read: backendNames,
    judge: (a, b, { prefill, decode }) => {
      const names = b.split(', ');
      if (a.split(', ').some((name) => names.includes(name))) return undefined;
      const key = lookupExtraKey('NixlConnector', 'backends');
      const answers = [prefill, decode].map((engine) => key && applies(key.range, engine));
      return answers.includes('no') ? undefined : answers.every((answer) => answer === 'yes') ? 'error' : 'info';
    },
    hashed: false,
    advice: 'NIXL needs one that both sides have.',
  },
  {
    name: '`--block-size`',
    read: (engine) => flagText(engine, 'block-size'),
    judge: (a, b, pair) => {
      const [prefill, decode] = [Number(a), Number(b)];
      if (!(prefill > 0 && decode > 0) || prefill === decode) return undefined;
      if (decode % prefill !== 0) return 'error';
      return applies(behaviour('smaller-prefill-blocks').range, dated(pair)) === 'no' ? 'error' : undefined;
    },
    hashed: false,
    advice: "Decode's has to be that of prefill, or from 0.11.1 on a multiple of it.",
  },
  {
    name: '`--tensor-parallel-size`',
    read: (engine) => flagText(engine, 'tensor-parallel-size'),
    judge: (a, b, pair) => {
      const [prefill, decode] = [Number(a), Number(b)];
      if (!(prefill > 0 && decode > 0) || decode % prefill === 0) return undefined;
      const wider = applies(behaviour('wider-prefill').range, dated(pair));
      return prefill % decode !== 0 || wider === 'no' ? 'error' : undefined;
    },
    hashed: false,
    advice: "Decode's has to be a multiple of prefill's; from 0.14.0 on it may be the other way round, too.",
  },
];

/** Neither is left to vLLM, which may find the same. */
function named(a: string, b: string): boolean {
  return a !== 'auto' && b !== 'auto';
}

function stated(text: string | undefined, place: Place): Stated | undefined {
  return text === undefined || text === '' || isPlaceholder(text) ? undefined : { text, place };
}

function flagText({ flags }: Engine, name: string): Stated | undefined {
  const flag = flags.get(name);
  return flag?.value && stated(knownText(flag.value), placeOf(flag.value));
}

function variableText(engine: Engine, name: string): Stated | undefined {
  const found = known(engine, name);
  return found && stated(found.text, valuePlace(found.variable));
}

function model({ flags }: Engine): Stated | undefined {
  const [only, ...others] = flags.positionals;
  const value = flags.get('model')?.value ?? (others.length === 0 ? only : undefined);
  return value && stated(knownText(value), placeOf(value));
}

function hybridManager({ flags }: Engine): Stated | undefined {
  const flag = flags.get('disable-hybrid-kv-cache-manager');
  if (!flag || flag.value) return undefined;
  return { text: flag.negated ? 'on' : 'off', place: flag.text.place() };
}

function extraText(engine: Engine, key: string): Stated | undefined {
  const [connector, ...others] = nixlConnectors(engine);
  const node = connector && others.length === 0 ? extraMember(connector, key)?.value : undefined;
  if (!node || (node.type !== 'boolean' && node.type !== 'string') || !node.text.known) return undefined;
  return stated(String(node.value), node.place);
}

/** A release that the engine's own image or requirement names. */
function release({ versions: { vllm } }: Engine): Stated | undefined {
  if (!vllm?.place || (vllm.from !== 'image' && vllm.from !== 'requirement')) return undefined;
  return parseVersion(vllm.version) ? { text: vllm.version, place: vllm.place } : undefined;
}

function repository({ image }: Engine): string | undefined {
  return knownText(image)?.replace(/[:@][^/]*$/, '');
}

function transferMode(engine: Engine): Stated | undefined {
  const [connector, ...others] = nixlConnectors(engine);
  const name = connector && connectorName(connector);
  const mode = name === undefined || others.length > 0 ? undefined : lookupConnector(name)?.mode;
  const node = connector && member(connector.node, 'kv_connector')?.value;
  return mode && node ? { text: mode, place: node.place } : undefined;
}

/** The backends of the only NIXL connector: those that are written, else UCX where nothing else can be. */
function backendNames(engine: Engine): Stated | undefined {
  const [connector, ...others] = nixlConnectors(engine);
  if (!connector || others.length > 0) return undefined;
  const node = extraMember(connector, 'backends')?.value;
  if (node?.type !== 'array' || node.open || node.items.length === 0) return undefined;
  const names = items(node).map(knownString);
  return names.includes(undefined) ? undefined : { text: names.join(', '), place: node.place };
}
