import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { Lookups } from '../../../server/src/metrics/sources/lookup';

interface Answer {
  readonly error: NodeJS.ErrnoException | null;
  readonly address: string | LookupAddress[];
}

function ask(lookups: Lookups, name: string, all: boolean): Promise<Answer> {
  return new Promise((resolve) => {
    lookups.lookup(name, { all, family: 4 }, (error, address) => resolve({ error, address }));
  });
}

describe('looking up names', () => {
  it('answers one address or all, however many ask at once', async () => {
    const lookups = new Lookups();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(lookups, 'localhost', index % 2 === 0)),
    );
    expect(answers[0]).toEqual({ error: null, address: [{ address: '127.0.0.1', family: 4 }] });
    expect(answers[1]).toEqual({ error: null, address: '127.0.0.1' });
    expect(answers.every(({ error }) => error === null)).toBe(true);
    expect(await ask(lookups, 'localhost', false)).toEqual({ error: null, address: '127.0.0.1' });
  });

  it('says that a name is not known, to each who asks', async () => {
    const lookups = new Lookups();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(lookups, 'no-such-host.invalid', true)));
    for (const { error } of answers) expect(error?.code).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  });
});
