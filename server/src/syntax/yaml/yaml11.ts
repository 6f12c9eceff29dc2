/**
 * What Kubernetes' reader of YAML takes an unquoted text for that the core schema takes for a string: it knows the words
 * and the numbers of YAML 1.1 (sigs.k8s.io/yaml, `goyaml.v2/resolve.go`).
 */
export function yaml11Type(text: string): 'boolean' | 'number' | undefined {
  if (WORD.test(text)) return 'boolean';
  return NUMBER.test(text) && /[\da-f]/i.test(text.replace(/^[-+]?0[xob]/i, '')) ? 'number' : undefined;
}

const WORD = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/;

/** Binary, and `_` between digits. */
const NUMBER = /^[-+]?(?:0[bB][01_]+|(?=[\da-fA-FxXoO]*_)(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|\d[\d_]*))$/;
