import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the process small. Of a file nothing is kept but what was found, some 40 MB for a large repository; left alone,
 * V8 lets the garbage grow to ten times as much before it looks, and its young generation to a hundred megabytes. V8
 * reads these flags whenever it decides, so they may be set in a process that runs; one that does not know a flag goes on
 * without it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
