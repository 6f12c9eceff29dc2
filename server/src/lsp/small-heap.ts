import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the process small. What lives between two edits takes some 15 MB; left alone, V8 lets the garbage around it
 * grow to 70 MB before it looks, and spends another 15 MB on compiling large functions to machine code. A young
 * generation that stays at its first size, an old one that grows in small steps and machine code for small functions
 * only cost about a millisecond per edit. V8 reads these flags whenever it decides, so they may be set in a process that
 * runs; one that does not know a flag goes on without it. Measured by `npm run bench`.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  setFlagsFromString('--max-optimized-bytecode-size=800');
}

/**
 * Lets the heap grow by more, for a thread beside that takes in megabytes each second: what it reads lies outside of the
 * heap but counts as growth of it, and all would be looked through several times a second. A third less time of the
 * processor; measured by `npm run bench:metrics`.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
