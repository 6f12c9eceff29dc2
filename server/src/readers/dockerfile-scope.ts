import { toValue, type Variable } from '../model';
import type { DockerInstruction, SourceText } from '../syntax';
import { emptyAfter, holeIn, joinTexts } from './pieces';

/**
 * What `ARG` and `ENV` set up to a point. The default of an argument counts: it is what the file says; without one it
 * is unknown. A name that nothing here sets comes from the base image, if at all.
 */
export class DockerScope {
  private readonly known = new Map<string, SourceText>();
  private readonly globals: DockerScope | undefined;

  /** @param globals the arguments before the first `FROM`, whose defaults a stage takes over by naming them */
  constructor(globals?: DockerScope) {
    this.globals = globals;
  }

  declare({ pairs }: DockerInstruction): void {
    for (const { nameText, expand } of pairs ?? []) {
      const given = expand(this.lookup) ?? this.globals?.lookup(nameText.text);
      if (given) this.known.set(nameText.text, given);
      else this.known.delete(nameText.text);
    }
  }

  set({ pairs }: DockerInstruction): Variable[] {
    // All values of one instruction are expanded before any of its names is set.
    const variables = (pairs ?? []).map(({ nameText, expand }): Variable => {
      const value = toValue(expand(this.lookup) ?? emptyAfter(nameText));
      return { name: nameText.text, nameText, value, via: 'dockerfile' };
    });
    for (const { name, value } of variables) {
      if (value.kind === 'unknown') this.known.delete(name);
      else this.known.set(name, value.source);
    }
    return variables;
  }

  readonly lookup = (name: string): SourceText | undefined => this.known.get(name);

  /** `$NAME` and `${NAME}` in the name of an image. */
  expandImage(source: SourceText): SourceText {
    const parts: SourceText[] = [];
    let done = 0;
    for (const { 0: whole, 1: bare, 2: braced, index } of source.text.matchAll(/\$(?:(\w+)|\{(\w+)[^}]*\})/g)) {
      const end = index + whole.length;
      if (index > done) parts.push(source.slice(done, index));
      const known = whole.includes(':') ? undefined : this.lookup(bare ?? braced ?? '');
      parts.push(known ?? holeIn(source, index, end, { kind: 'variable', detail: whole }));
      done = end;
    }
    if (parts.length === 0) return source;
    if (done < source.length) parts.push(source.slice(done));
    return joinTexts(parts, source);
  }
}
