/** A map with cheap copies: a shared base and what was changed since. Keys come in the order in which they were set. */
export class Layers<V> {
  private base: ReadonlyMap<string, V>;
  private own: Map<string, V | undefined>;

  constructor(base: ReadonlyMap<string, V> = new Map(), own: Map<string, V | undefined> = new Map()) {
    this.base = base;
    this.own = own;
  }

  get(name: string): V | undefined {
    return this.own.has(name) ? this.own.get(name) : this.base.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Sets the value and moves the key to the end. */
  set(name: string, value: V): void {
    this.own.delete(name);
    this.own.set(name, value);
  }

  delete(name: string): void {
    this.own.delete(name);
    if (this.base.has(name)) this.own.set(name, undefined);
  }

  copy(): Layers<V> {
    if (this.own.size > 12) {
      this.base = new Map(this.entries());
      this.own = new Map();
    }
    return new Layers(this.base, new Map(this.own));
  }

  *entries(): Generator<[string, V]> {
    for (const entry of this.base) if (!this.own.has(entry[0])) yield entry;
    for (const [name, value] of this.own) if (value !== undefined) yield [name, value];
  }

  /** The keys whose values may differ between the two. */
  differing(other: Layers<V>): Set<string> {
    const names =
      this.base === other.base
        ? [...this.own.keys(), ...other.own.keys()]
        : [...this.base.keys(), ...this.own.keys(), ...other.base.keys(), ...other.own.keys()];
    return new Set(names.filter((name) => this.get(name) !== other.get(name)));
  }
}
