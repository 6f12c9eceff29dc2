import type { OfferedEndpoint } from '../../../../protocol/metrics';
import type { Analysis } from '../../analysis';
import { type MetricsEndpoint, metricsEndpoints } from '../../analysis/metrics-endpoints';

interface Found extends MetricsEndpoint {
  readonly analysis: Analysis;
}

/** The endpoints that open documents suggest; nobody is asked whether they are there. */
export function offeredEndpoints(analyses: readonly Analysis[], uri: (file: string) => string): OfferedEndpoint[] {
  const byUrl = new Map<string, Found>();
  for (const analysis of analyses) {
    for (const found of metricsEndpoints(analysis.deployment)) {
      const known = byUrl.get(found.url);
      // What an engine's own file says is worth more than what a proxy calls it.
      if (!known || (!known.engine && found.engine)) byUrl.set(found.url, { ...found, analysis });
    }
  }
  const labels = new Set<string>();
  return [...byUrl.values()].flatMap((found): OfferedEndpoint[] => {
    const { url, role, reason, place, analysis } = found;
    const located = analysis.files.locate(place);
    if (!located) return [];
    const file = located.file.split('/').at(-1) ?? located.file;
    const label = unused(labelOf(found), labels);
    return [
      {
        label,
        url,
        ...(role && { role }),
        reason: `${reason}, in ${decoded(file)}`,
        uri: uri(located.file),
        range: located.range,
      },
    ];
  });
}

function labelOf({ name, role, shows, url }: MetricsEndpoint): string {
  const plain = name ?? (role === 'prefill' || role === 'decode' ? role : new URL(url).host);
  return shows === 'nixl' ? `${plain}-nixl` : plain;
}

function unused(label: string, taken: Set<string>): string {
  let own = label;
  for (let count = 2; taken.has(own); count += 1) own = `${label}-${count}`;
  taken.add(own);
  return own;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
