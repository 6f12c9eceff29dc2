import { lookupNixlConfigKey, type NixlConfigKey, type NixlConfigType } from '../../knowledge/config-files';
import { checkEnvValue, lookupEnv } from '../../knowledge/environment';
import { type Engine, setScalar, type TreeNode, tomlTypeOf, type Variable } from '../../model';
import type { Finding, Severity } from '../rule';
import { severityInNixlConfig } from './config-file';
import { finding, fix } from './findings';
import { SEVERITIES } from './variable-values';
import { atMost, versionsOf } from './versions';
import { code } from './words';

const WORDS: Readonly<Record<NixlConfigType, string>> = {
  boolean: '`true` or `false`, without quotes',
  integer: 'a whole number, without quotes',
  milliseconds: 'a whole number of milliseconds, or a time of day, without quotes',
  string: 'a text in quotes',
  any: 'anything',
};

/** Values of NIXL's own file that are not of the type that NIXL asks for, or that it refuses as it does in the environment. */
export function* refusedInNixlConfig(engine: Engine): Iterable<Finding> {
  for (const variable of engine.environment.effective()) {
    const key = lookupNixlConfigKey(variable.name);
    const { node } = variable;
    if (!key || !node || node.type === 'unknown') continue;
    const found = hasType(node, key.type)
      ? checkText(variable, node, key, engine)
      : wrongType(variable, node, key, engine);
    if (found) yield found;
  }
}

function hasType(node: TreeNode, type: NixlConfigType): boolean {
  const written = tomlTypeOf(node);
  // What cannot be read is a mistake of notation.
  if (written === 'unknown' || type === 'any') return true;
  if (type === 'milliseconds') return written === 'integer' || written === 'local time';
  return written === type;
}

function wrongType(variable: Variable, node: TreeNode, key: NixlConfigKey, engine: Engine): Finding | undefined {
  const severity = severityOf(key, engine);
  if (!severity) return undefined;
  const meant = meantValue(node, key.type);
  const written = meant === undefined ? undefined : typeof meant === 'string' ? JSON.stringify(meant) : String(meant);
  return finding(
    node.place,
    severity,
    `${code(variable.name)} is ${article(tomlTypeOf(node))} here, but takes ${WORDS[key.type]}: ${key.effect}.${written === undefined ? '' : ` Write ${code(written)}.`}`,
    [meant === undefined ? undefined : fix(`Write ${code(written!)}`, false, setScalar(node, meant))],
  );
}

/** What the environment takes as a text, the file takes in a type of its own. */
function meantValue(node: TreeNode, type: NixlConfigType): string | number | boolean | undefined {
  if (!('text' in node) || !node.text.known) return undefined;
  const { text } = node.text;
  if (type === 'string') return tomlTypeOf(node) === 'string' ? undefined : text;
  if (type === 'boolean') {
    if (/^(?:y|yes|on|1|true|enable|enabled)$/i.test(text)) return true;
    return /^(?:n|no|off|0|false|disable|disabled)$/i.test(text) ? false : undefined;
  }
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A value of the right type that is out of range. */
function checkText(variable: Variable, node: TreeNode, key: NixlConfigKey, engine: Engine): Finding | undefined {
  const fact = lookupEnv(variable.name);
  if (!fact || !('text' in node) || !node.text.known || node.type === 'boolean') return undefined;
  const text = node.type === 'number' ? String(node.value) : node.text.text;
  const verdict =
    tomlTypeOf(node) === 'local time' ? { ok: true as const } : checkEnvValue(fact, text, versionsOf(engine));
  if (verdict.ok) return undefined;
  const { consequence, effect, expected, suggestion } = verdict;
  const severity = severityOf({ ...key, consequence: 'start-refused' }, engine);
  if (!severity) return undefined;
  return finding(
    node.place,
    atMost(severity, SEVERITIES[consequence]),
    `${code(variable.name)} is ${text === '' ? 'empty' : code(text)}, but takes ${expected}: ${effect}.${suggestion === undefined ? '' : ` Write ${code(suggestion)}.`}`,
    [suggestion === undefined ? undefined : fix(`Write ${code(suggestion)}`, false, setScalar(node, suggestion))],
  );
}

/** An error only where the key is certainly read: what turns telemetry on, or names an exporter, may be elsewhere. */
function severityOf(key: NixlConfigKey, engine: Engine): Severity | undefined {
  const enabled = engine.environment.get('NIXL_TELEMETRY_ENABLE')?.node;
  const read =
    key.condition === 'always' || (key.condition === 'telemetry' && enabled?.type === 'boolean' && enabled.value);
  return severityInNixlConfig(key.range, engine, atMost(SEVERITIES[key.consequence], read ? 'error' : 'warning'));
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
