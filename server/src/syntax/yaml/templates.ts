import type { Hole, Reason, SourceText } from '../source-text';
import type { Span } from '../span';
import { findTemplateActions, type TemplateRole } from '../template/action';
import type { TreeNode } from '../tree';

interface Branch extends Span {
  readonly reason: Reason;
}

/** The role of a hole. One that holds a whole `{{ if … }} … {{ end }}` leaves nothing open behind it. */
function roleOf({ reason }: Hole): TemplateRole {
  const [action, ...more] = findTemplateActions(reason.detail);
  return action && more.length === 0 ? action.role : 'none';
}

/**
 * What templates leave open in a tree. Where one writes lines of its own, the collections that these may belong to
 * are open, and an empty value is unknown. What stands in a part of a collection only, between `{{ if … }}` and
 * `{{ end }}`, is unknown: other parts may say the opposite under another condition.
 */
export function applyTemplates(root: TreeNode, source: SourceText): TreeNode {
  const holes = source.holes().filter(({ reason }) => reason.kind === 'template');
  if (holes.length === 0) return root;
  return new TemplateView(source, holes).node(root);
}

class TemplateView {
  private readonly text: string;
  private readonly branches: readonly Branch[];
  /** Where lines may be added, each reaching from the word before to the word after. */
  private readonly gaps: readonly Branch[];

  constructor(source: SourceText, holes: readonly Hole[]) {
    this.text = source.text;
    const isBlank = ({ start, end }: Span) => this.text.slice(start, end).trim() === '';
    this.branches = branchesOf(holes, this.text.length);
    this.gaps = holes
      .filter((hole) => isBlank(hole) && roleOf(hole) === 'output')
      .map((hole) => ({ ...this.gapAround(hole), reason: hole.reason }));
  }

  node(node: TreeNode): TreeNode {
    const { span } = node.place;
    switch (node.type) {
      case 'object': {
        const members = node.members.map((member) => {
          const branch = this.partly(member.keyPlace.span, span);
          return branch
            ? { ...member, value: unknown(member.value, branch) }
            : { ...member, value: this.node(member.value) };
        });
        const spans = node.members.map(({ keyPlace, value }) => ({
          start: keyPlace.span.start,
          end: placeOf(value).end,
        }));
        return { ...node, members, open: node.open ?? this.gapBetween(span, spans) };
      }
      case 'array': {
        const items = node.items.map((item) => {
          const branch = this.partly(placeOf(item), span);
          return branch ? unknown(item, branch) : this.node(item);
        });
        return { ...node, items, open: node.open ?? this.gapBetween(span, node.items.map(placeOf)) };
      }
      case 'null': {
        const reason = span.start === span.end ? this.gapBetween(span, []) : undefined;
        return reason ? unknown(node, reason) : node;
      }
      default:
        return node;
    }
  }

  /** The innermost branch that holds a child but not all of the collection that it belongs to. */
  private partly(child: Span, collection: Span): Reason | undefined {
    return this.branches.find(
      ({ start, end }) =>
        start <= child.start && child.start < end && (collection.start < start || end < collection.end),
    )?.reason;
  }

  /** Lines that may be added to a collection, not to one of its children. */
  private gapBetween(span: Span, children: readonly Span[]): Reason | undefined {
    return this.gaps.find(
      (gap) =>
        gap.start <= span.end &&
        span.start <= gap.end &&
        !children.some((child) => child.start < gap.start && gap.end < child.end),
    )?.reason;
  }

  private gapAround(hole: Span): Span {
    let start = hole.start;
    while (start > 0 && /\s/.test(this.text[start - 1]!)) start--;
    const after = /(?:\s|#[^\n]*)*/y;
    after.lastIndex = hole.end;
    after.test(this.text);
    return { start, end: Math.max(hole.end, after.lastIndex) };
  }
}

/** Where a node is written here, an alias where it stands. */
function placeOf({ via, place }: TreeNode): Span {
  return (via?.source === place.source ? via : place).span;
}

function unknown({ place, notation, via }: TreeNode, reason: Reason): TreeNode {
  return { type: 'unknown', reason, place, notation, via };
}

/** The stretches between `if`, `else` and `end`. What is not closed here reaches to the edge of the text. */
function branchesOf(holes: readonly Hole[], length: number): Branch[] {
  const branches: Branch[] = [];
  const open: { start: number; reason: Reason }[] = [];
  const branch = (start: number, end: number, detail: string) =>
    branches.push({ start, end, reason: { kind: 'branch', detail } });
  for (const hole of holes) {
    const { start, end, reason } = hole;
    const role = roleOf(hole);
    if (role === 'open') open.push({ start: end, reason });
    if (role !== 'else' && role !== 'end') continue;
    const opened = open.pop();
    branch(opened?.start ?? 0, start, (opened?.reason ?? reason).detail);
    if (role === 'else') open.push({ start: end, reason: opened?.reason ?? reason });
  }
  for (const { start, reason } of open) branch(start, length, reason.detail);
  return branches;
}
