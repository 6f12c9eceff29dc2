/** What of one frame painting may take; the rest waits for the next. */
const BUDGET_MS = 5;

/** Paints one thing after another, never longer than a part of a frame at a time. */
export class PaintQueue {
  readonly #waiting = new Set<{ paint(): void }>();
  #asked = false;

  add(one: { paint(): void }): void {
    this.#waiting.add(one);
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#asked = false;
    const end = performance.now() + BUDGET_MS;
    for (const one of this.#waiting) {
      this.#waiting.delete(one);
      one.paint();
      if (performance.now() >= end) break;
    }
    const next = this.#waiting.values().next().value;
    if (next) this.add(next);
  }
}
