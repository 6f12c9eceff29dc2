import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';

/**
 * Lookups at once. Each takes one of the process's few threads for files and names for as long as it lasts, and the language
 * server needs one for itself.
 */
const AT_ONCE = 3;

/** How long an answer holds, in milliseconds; connections are kept, so that they are asked for seldom. */
const KEPT_MS = 30_000;
const MOST_KEPT = 1000;

type Answered = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

interface Answer {
  readonly at: number;
  readonly error: NodeJS.ErrnoException | null;
  readonly addresses: LookupAddress[];
}

/** Looks names of hosts up, a few at a time. */
export class Lookups {
  readonly #answers = new Map<string, Answer>();
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  /** As `dns.lookup`, for the options of a connection. */
  readonly lookup = (name: string, options: LookupOptions, answered: Answered): void => {
    this.#ask(name, options, (answer) => tell(answer, options, answered));
  };

  #ask(name: string, { family, hints }: LookupOptions, done: (answer: Answer) => void): void {
    const key = `${family ?? 0} ${hints ?? 0} ${name}`;
    const known = this.#answers.get(key);
    if (known && performance.now() - known.at < KEPT_MS) {
      queueMicrotask(() => done(known));
      return;
    }
    this.#whenFree(() => {
      lookup(
        name,
        { ...(family !== undefined && { family }), ...(hints !== undefined && { hints }), all: true },
        (error, addresses) => {
          this.#underWay -= 1;
          this.#waiting.shift()?.();
          const answer = { at: performance.now(), error, addresses: addresses ?? [] };
          if (!error) {
            if (this.#answers.size >= MOST_KEPT) this.#answers.clear();
            this.#answers.set(key, answer);
          }
          done(answer);
        },
      );
    });
  }

  #whenFree(start: () => void): void {
    const begin = () => {
      this.#underWay += 1;
      start();
    };
    if (this.#underWay < AT_ONCE) begin();
    else this.#waiting.push(begin);
  }
}

function tell({ error, addresses }: Answer, { all }: LookupOptions, answered: Answered): void {
  const [first] = addresses;
  if (error || !first) answered(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
  else if (all) answered(null, addresses);
  else answered(null, first.address, first.family);
}
