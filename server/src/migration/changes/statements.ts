import { type Analysis, readDirectives } from '../../analysis';
import { holds, nixlForVllm, parseVersion, tagsCarrying, versionsFromImage } from '../../knowledge';
import { placeOf, type SourceText } from '../../model';
import { offerEdits } from '../offers';
import type { Draft, Move, Offer, Scope } from '../scope';
import { counterpart, located } from '../scope';
import { standing, type Target } from '../target';
import { code, listed } from '../words';

/** Where a file names its release: comments, images, what it installs. */
export function statementChanges(scope: Scope): Draft[] {
  const moving = scope.moves.filter((move) => move.standing === 'moves');
  return [
    ...commentChanges(scope),
    ...moving.flatMap((move) => [...imageChanges(move, scope), ...pinChanges(move, scope)]),
  ];
}

function commentChanges(scope: Scope): Draft[] {
  const { goal, target, name } = scope;
  const leftAlone = scope.moves.length > 0 && scope.moves.every((move) => move.standing === 'newer');
  if (leftAlone) return [];
  return readDirectives(goal.text).flatMap((directive): Draft[] => {
    if (directive.kind !== 'versions') return [];
    const edits = directive.values.flatMap(({ name: library, value, valueSpan, start, end }) => {
      if (library === 'platform') return [];
      const wanted = stated(library, value, target);
      if (wanted === value) return [];
      // A release that does not go with the new vLLM is left out: what vLLM asks for counts then.
      const place = wanted === undefined ? withGap(goal.text, start, end) : valueSpan;
      return [{ file: name, start: place.start, end: place.end, newText: wanted ?? '' }];
    });
    const place = goal.files.place(name, directive.span.start, directive.span.end);
    if (edits.length === 0 || !place) return [];
    const proposal: Offer = { title: 'State the new release', safe: true, purpose: 'state', edits };
    return [draft(place, [], `The comment states ${code(goal.text.slice(place.start, place.end))}.`, [proposal])];
  });
}

/** What a comment should say of a library; `undefined` for nothing. */
function stated(library: 'vllm' | 'nixl' | 'ucx', value: string, target: Target): string | undefined {
  const wanted = target[library];
  if (library === 'vllm')
    return standing(value, target.vllm) === 'older' || isDowngrade(value, target) ? target.vllm : value;
  if (wanted !== undefined) return wanted;
  return fits(library, value, target) ? value : undefined;
}

function isDowngrade(value: string, target: Target): boolean {
  return target.downgrade === true && standing(value, target.vllm) === 'newer';
}

/** Does a stated release of NIXL go with the new vLLM? One of UCX goes with the NIXL that it is stated beside. */
export function fits(library: 'nixl' | 'ucx', value: string, target: Target): boolean {
  if (library === 'ucx') return true;
  const asked = nixlForVllm(target.vllm);
  if (asked === undefined) return true;
  const [from, to = from] = asked.split('..');
  return holds({ library: 'nixl', since: from!, until: to! }, value) !== 'no';
}

/** A word with one of the blanks around it. */
function withGap(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const before = /[\s,;]*$/.exec(text.slice(0, start))![0].length;
  return { start: start - before, end };
}

function imageChanges(move: Move, scope: Scope): Draft[] {
  const { image } = move.goal;
  if (image?.kind !== 'known') return [];
  const fact = versionsFromImage(image.text);
  if (!fact?.vllm || fact.vllm === scope.target.vllm) return [];
  const place = located(placeOf(image), move, scope);
  if (!place) return [];
  const now = `The image ${code(image.text)} carries vLLM ${fact.vllm.replace('..', ' to ')}`;
  const next = retagged(image.text, fact.vllm, scope.target.vllm);
  if (!next) {
    const others = tagsCarrying(image.text, scope.target.vllm);
    const message = `${now}, and its tag does not tell which one carries ${scope.target.vllm}.`;
    const choice = others.length > 0 ? ` Tags that do: ${listed(others.map(code))}.` : ' Choose one.';
    return [draft(place, [move.label], message + choice, [])];
  }
  const cuda = versionsFromImage(next.image)?.cuda;
  const other = fact.cuda && cuda && cuda !== fact.cuda ? ` The new one has CUDA ${cuda} instead of ${fact.cuda}.` : '';
  const safe = next.suffix === '' && !image.text.includes('@');

  const doubt = image.text.includes('@')
    ? ' The digest behind the tag decides: change it too.'
    : next.suffix === ''
      ? ''
      : ` Whether ${code(next.tag)} exists is not known.`;
  const edit = { place: image.source.place({ start: next.start, end: next.end }), newText: next.newText };
  const words = { title: `Use ${code(next.image)}`, safe, purpose: 'state' } as const;
  const proof = (after: Analysis) => {
    const found = counterpart(move, scope, after)?.image;
    return found?.kind === 'known' && found.text === next.image;
  };
  return [draft(place, [move.label], `${now}.${other}${doubt}`, offerEdits(words, [edit], scope, proof))];
}

interface Retagged {
  readonly image: string;
  readonly tag: string;
  /** What stands behind the version in the tag. */
  readonly suffix: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** The same image for another vLLM, when its tag is vLLM's version. */
function retagged(image: string, old: string, wanted: string): Retagged | undefined {
  const end = image.indexOf('@') < 0 ? image.length : image.indexOf('@');
  const colon = image.lastIndexOf(':', end);
  const start = image.indexOf(old, colon);
  if (colon < 0 || start < 0 || start > end) return undefined;
  const lead = image.slice(colon + 1, start);
  if (lead !== '' && lead !== 'v') return undefined;
  const changed = image.slice(0, start) + wanted + image.slice(start + old.length);
  if (versionsFromImage(changed)?.vllm !== wanted) return undefined;
  const suffix = image.slice(start + old.length, end);
  // Releases of other libraries behind it would stay as they are.
  if (/\d\.\d/.test(suffix)) return undefined;
  const tag = lead + wanted + suffix;
  return { image: changed, tag, suffix, start, end: start + old.length, newText: wanted };
}

function pinChanges(move: Move, scope: Scope): Draft[] {
  const { vllm, nixl } = move.goal.pins ?? {};
  const { target } = scope;
  const drafts: Draft[] = [];
  if (vllm && parseVersion(vllm.text) && vllm.text !== target.vllm) {
    drafts.push(...pinDraft({ text: vllm, library: 'vLLM', wanted: target.vllm, safe: true }, move, scope));
  }
  if (!nixl || !parseVersion(nixl.text)) return drafts;
  if (target.nixl !== undefined && nixl.text !== target.nixl) {
    drafts.push(...pinDraft({ text: nixl, library: 'NIXL', wanted: target.nixl, safe: true }, move, scope));
  } else if (target.nixl === undefined && !fits('nixl', nixl.text, target)) {
    const lowest = nixlForVllm(target.vllm)!.split('..')[0]!;
    const reason = ` vLLM ${target.vllm} asks for ${lowest} or newer.`;
    drafts.push(...pinDraft({ text: nixl, library: 'NIXL', wanted: lowest, safe: false, reason }, move, scope));
  }
  return drafts;
}

/** A release that is installed by its exact version. */
interface Pin {
  readonly text: SourceText;
  readonly library: 'vLLM' | 'NIXL';
  readonly wanted: string;
  readonly safe: boolean;
  readonly reason?: string;
}

function pinDraft({ text, library, wanted, safe, reason = '' }: Pin, move: Move, scope: Scope): Draft[] {
  const place = scope.goal.files.locate(text.place());
  if (!place) return [];
  const words = { title: `Install ${library} ${wanted}`, safe, purpose: 'state' } as const;
  const message = `${library} ${text.text} is installed by its exact version.${reason}`;
  return [draft(place, [move.label], message, offerEdits(words, [{ place: text.place(), newText: wanted }], scope))];
}

function draft(place: Draft['place'], engines: readonly string[], message: string, proposals: readonly Offer[]): Draft {
  return { kind: 'statement', place, engines, message, certain: true, minor: false, demands: true, proposals };
}
