import { type Segment, SourceText } from '../../syntax';

/** Places of a manifest where Kubernetes never accepts a dollar sign: one there shows that a tool fills the file in. */
const impossible = /^[ \t]*(?:-[ \t]+)?(?:name|namespace|image|replicas|nodeName|claimName):[^\n#]*\$\{?[A-Za-z_]/m;

/** True when `$NAME` and `${NAME}` are filled in (`envsubst`, a CI system) before Kubernetes sees the manifest. */
export function hasPlaceholders(text: string): boolean {
  return impossible.test(text);
}

/**
 * `$NAME` and `${NAME}` as holes.
 * @param keeps names that somebody else reads later, a script's own for example
 */
export function maskPlaceholders(source: SourceText, keeps: (name: string) => boolean = () => false): SourceText {
  const { text } = source;
  if (!text.includes('$')) return source;
  const segments: Segment[] = [];
  let done = 0;
  const verbatim = (end: number) => {
    if (end <= done) return;
    const encoder = (replacement: string) => replacement;
    segments.push({ start: done, end, sourceStart: done, sourceEnd: end, kind: 'verbatim', encoder });
  };
  for (const { 0: whole, 1: braced, 2: bare, index } of text.matchAll(/\$\{([A-Za-z_]\w*)[^}]*\}|\$([A-Za-z_]\w*)/g)) {
    if (keeps(braced ?? bare ?? '')) continue;
    const end = index + whole.length;
    verbatim(index);
    const reason = { kind: 'template', detail: whole } as const;
    segments.push({ start: index, end, sourceStart: index, sourceEnd: end, kind: 'hole', reason });
    done = end;
  }
  if (segments.length === 0) return source;
  verbatim(text.length);
  return SourceText.derived(source, text, segments, source.all);
}

/** The same for a script, which reads its own variables and those of its environment itself. */
export function maskScriptPlaceholders(source: SourceText, environment: (name: string) => boolean): SourceText {
  return maskPlaceholders(
    source,
    (name) =>
      environment(name) || new RegExp(`\\b${name}=|\\bfor ${name}\\b|\\bread\\b.*\\b${name}\\b`).test(source.text),
  );
}
