import type { Place, SourceText } from '../syntax';
import type { EngineVersions } from './engine';

/** The name of a metric in an alert, a dashboard or an autoscaler. */
export interface MetricUse {
  /** As written, suffixes and another program's spelling included. */
  readonly name: string;
  /** Exactly the characters of the name, editable. */
  readonly text: SourceText;
  readonly place: Place;
  /**
   * `query`: Prometheus is asked for it. `record`: the file gives this name to a result. `alias`: a name that some
   * adapter may have made up, as in an autoscaler's list of metrics.
   */
  readonly form: 'query' | 'record' | 'alias';
  /** Names of the labels that the query narrows it by. */
  readonly labels: readonly string[];
  /** What the file or the settings say: no engine stands behind a query. */
  readonly versions: EngineVersions;
}
