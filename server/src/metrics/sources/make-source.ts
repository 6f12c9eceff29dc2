import type { MetricsSource } from '../../../../protocol/metrics';
import { DemoSource } from './demo-source';
import { EndpointSource, type Reach } from './endpoint-source';
import { spread } from './poller';
import { PrometheusSource } from './prometheus-source';
import { RecordingSource } from './recording-source';
import type { Source } from './source';

/** The sources that settings describe; scrapes of endpoints are spread over the interval. */
export function makeSources(described: readonly MetricsSource[], reach: Reach, intervalMs: number): Source[] {
  const endpoints = described.filter(({ kind }) => kind === 'endpoint');
  return described.map((source) => {
    if (source.kind === 'recording') return new RecordingSource(source);
    if (source.kind === 'demo') return new DemoSource({ ...source, intervalMs });
    if (source.kind === 'prometheus') return new PrometheusSource({ ...source, intervalMs }, reach);
    const offsetMs = spread(endpoints.indexOf(source), endpoints.length, intervalMs);
    return new EndpointSource(source, reach, { intervalMs, offsetMs });
  });
}
