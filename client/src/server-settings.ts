/**
 * What the server is told of the settings. Those of live metrics are for the client, which passes on what is needed at
 * the start of watching: headers in them may be secrets, and have no business in a message or in its trace.
 *
 * @param section as `workspace/configuration` names it: `nixl`, `nixl.metrics`; nothing: all settings
 */
export function serverSettings(value: unknown, section: string | undefined): unknown {
  if (!section) return isRecord(value) && 'nixl' in value ? { ...value, nixl: withoutMetrics(value.nixl) } : value;
  if (section === 'nixl') return withoutMetrics(value);
  return section === 'nixl.metrics' || section.startsWith('nixl.metrics.') ? null : value;
}

function withoutMetrics(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'metrics' && !key.startsWith('metrics.')));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
