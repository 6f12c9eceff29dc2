import { toValue, type Variable } from '../../model';
import { type DockerInstruction, KnownTexts, type SourceText } from '../../syntax';
import { emptyAfter, holeIn, joinTexts } from '../config/pieces';

/**
 * What `ARG` and `ENV` set up to a point. The default of an argument counts: it is what the file says; without one it
 * is unknown. A name that nothing here sets comes from the base image, if at all.
 */
export class DockerScope {
  private readonly known = new KnownTexts();
  private readonly globals: DockerScope | undefined;

  /** @param globals the arguments before the first `FROM`, whose defaults a stage takes over by naming them */
  constructor(globals?: DockerScope) {
    this.globals = globals;
  }

  declare({ pairs }: DockerInstruction): void {
    for (const { nameText, expand } of pairs ?? []) {
      const growing = this.known.begin();
      const given = expand(growing.take) ?? this.globals?.lookup(nameText.text);
      if (given) this.known.set(nameText.text, given, growing);
      else this.known.delete(nameText.text);
    }
  }

  set({ pairs }: DockerInstruction): Variable[] {
    // All values of one instruction are expanded before any of its names is set.
    const set = (pairs ?? []).map(({ nameText, expand }) => {
      const growing = this.known.begin();
      const value = toValue(expand(growing.take) ?? emptyAfter(nameText));
      return { growing, variable: { name: nameText.text, nameText, value, via: 'dockerfile' } satisfies Variable };
    });
    for (const { growing, variable } of set) {
      const { name, value } = variable;
      if (value.kind === 'unknown' && !growing.cut) this.known.delete(name);
      else this.known.set(name, value.kind === 'unknown' ? emptyAfter(variable.nameText) : value.source, growing);
    }
    return set.map(({ variable }) => variable);
  }

  lookup(name: string): SourceText | undefined {
    return this.known.get(name);
  }

  /** The limit that was reached, in words. */
  get exhausted(): string | undefined {
    return this.known.exhausted;
  }

  /** `$NAME` and `${NAME}` in the name of an image. */
  expandImage(source: SourceText): SourceText {
    const parts: SourceText[] = [];
    const growing = this.known.begin();
    let done = 0;
    for (const { 0: whole, 1: bare, 2: braced, index } of source.text.matchAll(/\$(?:(\w+)|\{(\w+)[^}]*\})/g)) {
      const end = index + whole.length;
      if (index > done) parts.push(source.slice(done, index));
      const known = whole.includes(':') ? undefined : growing.take(bare ?? braced ?? '');
      parts.push(known ?? holeIn(source, index, end, { kind: 'variable', detail: whole }));
      done = end;
    }
    if (parts.length === 0) return source;
    if (done < source.length) parts.push(source.slice(done));
    return joinTexts(parts, source);
  }
}
