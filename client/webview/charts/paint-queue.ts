/**
 * Paints one chart a frame: that much more than its own time goes into getting a canvas onto the screen, and keys and
 * scrolling go first.
 */
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
    const [first, next] = this.#waiting;
    if (!first) return;
    this.#waiting.delete(first);
    first.paint();
    if (next) this.add(next);
  }
}
