import { nearest } from '../knowledge';
import type { Severity } from '../rules';
import { docsOf } from './docs';
import type { IgnoreComment, IgnoredRule } from './ignores';
import type { RuleLevels } from './options';
import type { FileEdit, FilePlace, Problem, ProblemFix } from './problem';
import { UNUSED_IGNORE } from './unused-ignore';

/** The ignore comments that one analysis saw. */
export interface SeenComments {
  readonly ignores: readonly IgnoreComment[];
  readonly engines: number;
  readonly levels: RuleLevels;
}

/** Comments that silence nothing in any of these analyses, or that name no rule. */
export function findUnusedIgnores(seen: readonly SeenComments[], ruleIds: readonly string[]): Problem[] {
  const groups = new Map<string, { comments: IgnoreComment[]; level: Severity | 'off' | undefined }>();
  for (const { ignores, engines, levels } of seen) {
    for (const comment of ignores) {
      const key = `${comment.start}\0${comment.file}`;
      const group = groups.get(key) ?? { comments: [], level: levels[UNUSED_IGNORE] };
      // Without an engine nothing was looked at: an env file waits for the one that uses it.
      group.comments.push(engines > 0 ? comment : { ...comment, ids: comment.ids.map(notJudged) });
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ comments, level }) => {
    if (level === 'off') return [];
    const problems = problemsOf(merged(comments), ruleIds);
    return level ? problems.map((problem) => ({ ...problem, severity: level })) : problems;
  });
}

function notJudged(rule: IgnoredRule): IgnoredRule {
  return { ...rule, judged: false };
}

function merged(comments: readonly IgnoreComment[]): IgnoreComment {
  const [first] = comments as [IgnoreComment];
  return {
    ...first,
    ids: first.ids.map((rule, index) => ({
      ...rule,
      used: comments.some(({ ids }) => ids[index]?.used),
      judged: comments.some(({ ids }) => ids[index]?.judged),
    })),
  };
}

function problemsOf(comment: IgnoreComment, ruleIds: readonly string[]): Problem[] {
  if (comment.ids.length === 0) {
    const message = 'The comment names no rule and silences nothing. Write `# nixl: ignore[rule-id]`.';
    return [problemAt(comment, 'warning', message, [])];
  }
  return comment.ids.flatMap((rule) => {
    if (!ruleIds.includes(rule.id)) return [unknownRule(rule, ruleIds)];
    if (rule.used || !rule.judged) return [];
    const message = `\`${rule.id}\` finds nothing here: the comment silences nothing. Remove it.`;
    return [problemAt(rule, 'hint', message, [removal(comment, rule)])];
  });
}

function unknownRule(rule: IgnoredRule, ruleIds: readonly string[]): Problem {
  const [guess] = nearest(rule.id, ruleIds);
  const ask = guess ? `did you mean \`${guess}\`?` : 'the id of a rule stands behind its message.';
  const fixes = guess ? [fix(`Write \`${guess}\``, { ...placeOf(rule), newText: guess })] : [];
  return problemAt(rule, 'warning', `There is no rule \`${rule.id}\`: ${ask}`, fixes);
}

/** Takes the id out of the list, or the comment away with its last one. */
function removal(comment: IgnoreComment, rule: IgnoredRule): ProblemFix {
  if (comment.ids.length === 1) return fix('Remove the comment', { ...comment.whole, newText: '' });
  const index = comment.ids.indexOf(rule);
  const before = comment.ids[index - 1];
  const after = comment.ids[index + 1];
  const start = before ? before.end : rule.start;
  const end = before ? rule.end : (after?.start ?? rule.end);
  const range = {
    start: before ? before.range.end : rule.range.start,
    end: before ? rule.range.end : (after ?? rule).range.start,
  };
  return fix(`Remove \`${rule.id}\``, { file: rule.file, start, end, range, newText: '' });
}

function fix(title: string, edit: FileEdit): ProblemFix {
  return { title, safe: true, edits: [edit] };
}

function problemAt(place: FilePlace, severity: Severity, message: string, fixes: readonly ProblemFix[]): Problem {
  const docs = docsOf(UNUSED_IGNORE);
  return {
    ...placeOf(place),
    rule: UNUSED_IGNORE,
    severity,
    message,
    related: [],
    fixes,
    docs,
    startsOn: [],
    engine: undefined,
  };
}

function placeOf({ file, start, end, range }: FilePlace): FilePlace {
  return { file, start, end, range };
}
