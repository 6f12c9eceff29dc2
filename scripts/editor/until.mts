import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again until there is an answer, and says what it waited for when the time is over. An error of the question ends
 * the wait.
 */
export async function until<T>(
  what: string,
  milliseconds: number,
  question: () => Promise<T | undefined>,
  seen?: () => unknown,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() > end) {
      const last = seen ? `; last seen: ${JSON.stringify(await seen())}` : '';
      throw new Error(`Waited ${milliseconds / 1000} s for ${what}${last}`);
    }
    await pause(50);
  }
}
