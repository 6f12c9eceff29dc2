import {
  backendNames,
  connectorNames,
  type EnvFact,
  type EnvOwner,
  envNames,
  extraKeys,
  type FlagFact,
  flagNames,
  kvFields,
  lookupBackend,
  lookupConnector,
  lookupEnv,
  lookupFlag,
  lookupTransport,
  lookupTransportAlias,
  transportNames,
  type Versions,
  valuesAt,
} from '../../knowledge';
import {
  aliasText,
  backendText,
  connectorText,
  extraKeyText,
  fieldText,
  flagText,
  transportText,
  variableText,
} from '../fact-text';
import type { Proposal } from './proposal';

/** A name to propose, before it is known how it is written at the cursor. */
export type Name = Omit<Proposal, 'newText'> & {
  /** The type of the value that follows, for keys. */
  readonly type?: string;
};

export function fieldNames(versions: Versions): Name[] {
  return kvFields().map((field) => ({
    label: field.name,
    kind: 'key',
    detail: field.type,
    type: field.type,
    documentation: () => fieldText(field, versions),
  }));
}

export function extraKeyNames(connector: string, versions: Versions): Name[] {
  return extraKeys(connector).map((key) => ({
    label: key.name,
    kind: 'key',
    detail: key.type,
    type: key.type,
    documentation: () => extraKeyText(key, versions),
  }));
}

export function connectorLabels(versions: Versions): Name[] {
  const names = connectorNames(versions.vllm).map((label) => ({ label, fact: lookupConnector(label) }));
  // The NIXL family first: that is what this is about.
  names.sort((a, b) => Number(b.fact?.nixl ?? false) - Number(a.fact?.nixl ?? false));
  return names.map(({ label, fact }) => ({
    label,
    kind: 'value',
    ...(fact && { documentation: () => connectorText(fact) }),
  }));
}

export function backendLabels(versions: Versions): Name[] {
  return backendNames(versions.nixl).map((label) => {
    const fact = lookupBackend(label);
    return { label, kind: 'value', ...(fact && { documentation: () => backendText(fact) }) };
  });
}

export function transportLabels(versions: Versions): Name[] {
  return transportNames(versions.ucx).map((label) => {
    const transport = lookupTransport(label);
    const alias = lookupTransportAlias(label);
    const documentation = () => (transport ? transportText(transport) : alias ? aliasText(alias, versions) : '');
    return { label, kind: 'value', documentation };
  });
}

export function flagLabels(versions: Versions): Name[] {
  return flagNames(versions.vllm).map((name) => {
    const use = lookupFlag(`--${name}`);
    return { label: `--${name}`, kind: 'flag', ...(use && { documentation: () => flagText(use.fact, versions) }) };
  });
}

const FAMILIES: readonly (readonly [string, EnvOwner])[] = [
  ['VLLM_', 'vllm'],
  ['NIXL_', 'nixl'],
  ['UCX_', 'ucx'],
];

/**
 * Variables whose names begin so; `VL` and `UC` are enough to tell the family. Before anything is typed, those that
 * matter most.
 */
export function variableNames(typed: string, versions: Versions): Name[] {
  return FAMILIES.filter(([prefix]) => typed.startsWith(prefix) || prefix.startsWith(typed)).flatMap(([, owner]) =>
    envNames(owner, versions).flatMap((label): Name[] => {
      if (!label.startsWith(typed)) return [];
      const fact = lookupEnv(label);
      if (!fact) return [{ label, kind: 'variable' }];
      if (typed === '' && !fact.important) return [];
      const documentation = () => variableText(fact, versions);
      const deprecated = fact.deprecated && { deprecated: true };
      return [{ label, kind: 'variable', detail: fact.typeWords, documentation, ...deprecated }];
    }),
  );
}

/** Values of a variable: those worth proposing, the closed set where there is one, else its defaults. */
export function variableValues(fact: EnvFact, versions: Versions): Name[] {
  const defaults = fact.owner === 'other' ? [] : valuesAt(fact.defaults, fact.owner, versions[fact.owner]);
  const worth = [...fact.suggest, ...fact.values];
  return [...new Set(worth.length > 0 ? worth : defaults)].map((label) => ({
    label,
    kind: 'value',
    ...(defaults.length === 1 && label === defaults[0] && { detail: 'default' }),
    documentation: () => variableText(fact, versions),
  }));
}

/** Values worth proposing for an option. */
export function flagValues(fact: FlagFact, versions: Versions): Name[] {
  return fact.suggest.map((label) => ({ label, kind: 'value', documentation: () => flagText(fact, versions) }));
}

/** A key or field that may have values worth proposing. */
interface Valued {
  readonly type: string;
  readonly values?: readonly string[];
  readonly suggest: readonly string[];
}

/** Values of a key, from its facts. */
export function plainValues(fact: Valued | undefined): Name[] {
  if (!fact) return [];
  const values = [...new Set([...(fact.values ?? []), ...fact.suggest])];
  if (values.length === 0 && fact.type === 'boolean') values.push('true', 'false');
  return values.map((label) => ({ label, kind: 'value' }));
}
