import { type Analysis, catalogue, type Directive, type Range, readDirectives } from '../analysis';
import { completeVersions, type Library, releaseDate } from '../knowledge';
import { LIBRARY_NAMES, limitWords } from './versions';

interface Told {
  readonly markdown: string;
  readonly range: Range;
}

/** What a comment for us says: `# nixl: vllm=0.25.1`, `# nixl: ignore[rule-id]`. */
export function directiveHover(analysis: Analysis, offset: number): Told | undefined {
  const directive = readDirectives(analysis.text).find(({ span }) => span.start <= offset && offset <= span.end);
  const told = directive && about(directive, offset);
  const place = told && analysis.files.place(analysis.name, told.start, told.end);
  return place && { markdown: told.markdown, range: place.range };
}

function about(directive: Directive, offset: number): { markdown: string; start: number; end: number } | undefined {
  if (directive.kind === 'ignore') {
    const named = directive.rules.find(({ start, end }) => start <= offset && offset <= end);
    const rule = named && catalogue.find(({ id }) => id === named.id);
    return rule && { markdown: `**${rule.id}** · ${rule.title}, at most ${rule.severity}`, ...named };
  }
  const value = directive.values.find(({ start, end }) => start <= offset && offset <= end);
  if (!value) return undefined;
  const markdown =
    value.name === 'platform'
      ? `**platform ${value.value}** · stated here for all engines of this file`
      : versionText(value.name, value.value);
  return { markdown, start: value.start, end: value.end };
}

function versionText(library: Library, version: string): string {
  const date = releaseDate(library, version);
  const { nixl, ucx } = completeVersions({ [library]: version });
  const brings = [
    library === 'vllm' && nixl ? `NIXL ${words(nixl)}` : '',
    library !== 'ucx' && ucx ? `UCX ${words(ucx)}` : '',
  ].filter((part) => part !== '');
  const head = `**${LIBRARY_NAMES[library]} ${version}**${limitWords(library, version)} · stated here for all engines of this file`;
  return [head, date ? `Released ${date}.` : '', brings.length > 0 ? `From it follows ${brings.join(' and ')}.` : '']
    .filter((part) => part !== '')
    .join('\n\n');
}

function words(version: unknown): string {
  return String(version).replace('..', ' to ');
}
