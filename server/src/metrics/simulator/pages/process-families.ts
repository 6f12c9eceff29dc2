import type { Endpoint } from '../engine';
import type { Family, LabelPairs, Row } from './family';

const NONE: LabelPairs = [];
const PYTHON: LabelPairs = [
  ['implementation', 'CPython'],
  ['major', '3'],
  ['minor', '12'],
  ['patchlevel', '11'],
  ['version', '3.12.11'],
];
const GENERATIONS = ['0', '1', '2'].map((generation): LabelPairs => [['generation', generation]]);

/** What Python's client library tells about its interpreter and process, after so many seconds of life. */
export function processFamilies(endpoint: Endpoint, seconds: number): Family[] {
  const startedAt = endpoint.startedAt / 1000;
  const one = (value: number, labels = NONE): Row[] => [{ labels, value }];
  const generations = (...values: number[]): Row[] =>
    values.map((value, index) => ({ labels: GENERATIONS[index]!, value }));
  const family = (name: string, type: Family['type'], help: string, rows: Row[]): Family => ({
    name,
    type,
    help,
    rows,
  });
  const collections = Math.floor(seconds / 3);
  return [
    family(
      'python_gc_objects_collected',
      'counter',
      'Objects that the collector freed',
      generations(collections * 41, 3120, 874),
    ),
    family(
      'python_gc_objects_uncollectable',
      'counter',
      'Objects that the collector could not free',
      generations(0, 0, 0),
    ),
    family(
      'python_gc_collections',
      'counter',
      'Runs of the collector',
      generations(collections, Math.floor(collections / 11), 9),
    ),
    family('python_info', 'gauge', 'The Python that runs', one(1, PYTHON)),
    family('process_virtual_memory_bytes', 'gauge', 'Virtual memory in bytes', one(22_413_287_424)),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory in bytes', one(1_301_204_992)),
    family(
      'process_start_time_seconds',
      'gauge',
      'Start of the process in seconds since the epoch',
      one(Math.floor(startedAt * 100) / 100),
    ),
    family(
      'process_cpu_seconds',
      'counter',
      'Time of processors, user and system, in seconds',
      one(Math.floor(seconds * 31) / 100),
    ),
    family('process_open_fds', 'gauge', 'Open file descriptors', one(63)),
    family('process_max_fds', 'gauge', 'Most open file descriptors', one(1_048_576)),
  ];
}
