import { workspace } from 'vscode';
import type { EngineRole, MetricsSource } from '../../../protocol/metrics';
import { readAddress } from './address';

const ROLES: readonly EngineRole[] = ['prefill', 'decode', 'both'];

/** The section `nixl.metrics` of the settings. What is mistyped there counts as not set: the editor marks it. */
export interface MetricsSettings {
  readonly sources: readonly MetricsSource[];
  readonly intervalMs: number;
  readonly windowSeconds: number;
  readonly thresholds: Readonly<Record<string, number>>;
}

export function readMetricsSettings(): MetricsSettings {
  const section = workspace.getConfiguration('nixl.metrics');
  return {
    sources: [...endpoints(section.get('endpoints')), ...prometheus(section.get('prometheus'))],
    intervalMs: 1000 * within(section.get('interval'), 0.5, 60, 2),
    windowSeconds: within(section.get('window'), 5, 3600, 60),
    thresholds: numbers(section.get('thresholds')),
  };
}

function endpoints(given: unknown): MetricsSource[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((one): MetricsSource[] => {
    if (!isRecord(one) || typeof one.url !== 'string') return [];
    const address = readAddress(one.url);
    if ('problem' in address) return [];
    const role = ROLES.find((candidate) => candidate === one.role);
    const headers = texts(one.headers);
    return [
      {
        kind: 'endpoint',
        label: typeof one.label === 'string' && one.label !== '' ? one.label : address.label,
        url: address.url,
        ...(role && { role }),
        ...(headers && { headers }),
      },
    ];
  });
}

function prometheus(given: unknown): MetricsSource[] {
  if (!isRecord(given) || typeof given.url !== 'string' || given.url.trim() === '') return [];
  const address = readAddress(given.url);
  if ('problem' in address) return [];
  const headers = texts(given.headers);
  return [
    {
      kind: 'prometheus',
      label: `Prometheus ${address.label}`,
      // Prometheus has no page of that name: the path is where its API begins.
      url: address.url.replace(/\/metrics$/, '/'),
      ...(typeof given.matchers === 'string' && given.matchers !== '' && { matchers: given.matchers }),
      ...(headers && { headers }),
    },
  ];
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}

function numbers(given: unknown): Record<string, number> {
  const entries = isRecord(given) ? Object.entries(given) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1])),
  );
}

function texts(given: unknown): Record<string, string> | undefined {
  const entries = isRecord(given) ? Object.entries(given) : [];
  const strings = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return strings.length > 0 ? Object.fromEntries(strings) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
