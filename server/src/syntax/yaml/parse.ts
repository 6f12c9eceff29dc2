import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  Schema,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { nestingLimit, yamlDepthExceeds } from '../nesting-depth';
import { refused } from '../segments';
import type { Place, Reason, SourceText } from '../source-text';
import type { Span } from '../span';
import type { Member, Notation, ObjectNode, TreeNode } from '../tree';
import { decodeYamlScalar, type YamlStyle } from './scalar';
import { applyTemplates } from './templates';
import { parseUnindented } from './unindented';
import { yaml11Type } from './yaml11';

export interface YamlProblem {
  /** In the text given to `parseYaml`. */
  readonly span: Span;
  readonly message: string;
}

export interface YamlResult {
  readonly root: TreeNode | undefined;
  readonly problems: readonly YamlProblem[];
}

/** Nodes that aliases may add to one document when they are followed; what would add more stays unknown. */
const unfoldLimit = 100_000;

// One schema for all documents: yes, no, on and off are strings, as Compose has it; `yaml11` says what Kubernetes makes of them.
const schema = new Schema({ schema: 'core', merge: false, resolveKnownTags: false });

/** Reads one document. JSON is YAML, so this reads JSON manifests too. Never throws. */
export function parseYaml(source: SourceText): YamlResult {
  const { text } = source;
  if (yamlDepthExceeds(text, nestingLimit)) {
    return { root: undefined, problems: [{ span: source.all, message: `nested deeper than ${nestingLimit} levels` }] };
  }
  // The parser makes an error of every mistake; most of its time would go into their stacks, which nobody reads.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const document = parseUnindented(text, (part) =>
      parseDocument(part, {
        schema,
        keepSourceTokens: true,
        prettyErrors: false,
        uniqueKeys: false,
        logLevel: 'silent',
      }),
    );
    const builder = new TreeBuilder(source);
    const contents = document.contents as Node | null;
    const built = contents && !isAbsent(contents) ? builder.build(contents, false) : undefined;
    const root = built && applyTemplates(built, source);
    const problems = document.errors.map(({ pos, message }) => ({ span: clip(pos, text.length), message }));
    return { root, problems: [...problems, ...builder.problems] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { root: undefined, problems: [{ span: source.all, message }] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function clip([from, to]: readonly [number, number], length: number): Span {
  const start = Math.min(Math.max(0, from), length);
  return { start, end: Math.min(Math.max(start, to), length) };
}

/** A document without content is composed as an empty null. */
function isAbsent(node: Node): boolean {
  return isScalar(node) && node.value === null && !node.source && !node.tag && !node.anchor;
}

const styles: Readonly<Record<string, YamlStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Turns the nodes of one document into ours, in the order written, so that an alias finds the anchor before it. */
class TreeBuilder {
  readonly problems: YamlProblem[] = [];
  private readonly source: SourceText;
  /** `undefined` while the anchored node is being built: an alias within it has no end. */
  private readonly anchors = new Map<string, TreeNode | undefined>();
  /** Nodes below and including a node, aliases followed; for anchored nodes and what they hold. */
  private built = 0;
  private readonly sizes = new Map<TreeNode, number>();
  private unfolded = 0;

  constructor(source: SourceText) {
    this.source = source;
  }

  build(node: Node, flow: boolean): TreeNode {
    const anchor = isAlias(node) ? undefined : node.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const before = this.built;
    this.built++;
    const result = this.convert(node, flow);
    if (anchor !== undefined) {
      this.anchors.set(anchor, result);
      this.sizes.set(result, this.built - before);
    }
    return result;
  }

  private convert(node: Node, flow: boolean): TreeNode {
    if (isMap(node)) return tagged(this.object(node, flow), node.tag);
    if (isSeq(node)) return tagged(this.array(node, flow), node.tag);
    if (isAlias(node)) return this.alias(node, flow);
    return this.scalar(node as Scalar, flow);
  }

  private object(node: YAMLMap, flow: boolean): TreeNode {
    const inFlow = flow || node.flow === true;
    const merged: Member[][] = [];
    const own: Member[] = [];
    let open: Reason | undefined;
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const member = this.member(pair, inFlow);
      if (member.key !== '<<' || (isScalar(pair.key) && pair.key.type !== 'PLAIN')) {
        own.push(member);
        continue;
      }
      for (const value of member.value.type === 'array' ? member.value.items : [member.value]) {
        if (value.type === 'object') {
          merged.push(this.merge(value, member.keyPlace));
          open ??= value.open;
        } else if (value.type !== 'null') {
          open ??= value.type === 'unknown' ? value.reason : { kind: 'alias', detail: '<<' };
        }
      }
    }
    // Of several merged mappings the earlier one counts, and the mapping's own members count most.
    const members = merged.length > 0 ? [...merged.reverse().flat(), ...own] : own;
    return {
      type: 'object',
      place: this.collectionPlace(node, members.length > 0 ? own.at(-1)?.value : undefined),
      notation: node.flow ? 'yaml-flow' : 'yaml-block',
      members,
      open,
    };
  }

  private merge(from: ObjectNode, key: Place): Member[] {
    const via = from.via ?? key;
    return from.members.map((member) => ({ ...member, value: { ...member.value, via } }));
  }

  private member({ key, value }: Pair<Node | null, Node | null>, flow: boolean): Member {
    const keyNode = key ? this.build(key, flow) : undefined;
    const start = key?.range?.[0] ?? 0;
    const end = Math.max(start, keyNode?.place.span.end ?? key?.range?.[1] ?? start);
    const keyText =
      keyNode && 'text' in keyNode ? keyNode.text : this.source.slice(start, isAlias(key) ? start : end, refused);
    const keyPlace = keyNode && !isAlias(key) ? keyNode.place : this.source.place({ start, end });
    return {
      key: keyText.text,
      keyText,
      keyPlace,
      value: value ? this.build(value, flow) : this.absent(end, flow),
    };
  }

  /** The value of `? key` without a value. */
  private absent(at: number, flow: boolean): TreeNode {
    this.built++;
    const place = this.source.place({ start: at, end: at });
    const notation = flow ? 'yaml-flow' : 'yaml-block';
    return { type: 'null', value: null, text: this.source.slice(at, at, refused), place, notation };
  }

  private array(node: YAMLSeq, flow: boolean): TreeNode {
    const inFlow = flow || node.flow === true;
    const items = (node.items as Node[]).map((item) => this.build(item, inFlow));
    return {
      type: 'array',
      place: this.collectionPlace(node, items.at(-1)),
      notation: node.flow ? 'yaml-flow' : 'yaml-block',
      items,
    };
  }

  /** A block collection ends with its last value, not with the comments and empty lines after it. */
  private collectionPlace(node: YAMLMap | YAMLSeq, last: TreeNode | undefined): Place {
    const [start, end] = node.range ?? [0, 0];
    if (node.flow || !last) return this.source.place({ start, end: Math.max(start, end) });
    const place = last.via && last.via.source === this.source ? last.via : last.place;
    return this.source.place({ start, end: Math.max(start, place.span.end) });
  }

  private alias(node: Alias, flow: boolean): TreeNode {
    const [start, end] = node.range ?? [0, 0];
    const via = this.source.place({ start, end });
    const target = this.anchors.get(node.source);
    const size = target ? (this.sizes.get(target) ?? 1) : 0;
    if (target && this.unfolded + size <= unfoldLimit) {
      this.unfolded += size;
      this.built += size;
      return { ...target, via };
    }
    if (!this.anchors.has(node.source)) {
      this.problems.push({ span: via.span, message: `no anchor \`&${node.source}\` before this alias` });
    }
    return {
      type: 'unknown',
      reason: { kind: 'alias', detail: `*${node.source}` },
      place: via,
      notation: flow ? 'yaml-flow' : 'yaml-block',
    };
  }

  private scalar(node: Scalar, flow: boolean): TreeNode {
    const [start, end] = node.range ?? [0, 0];
    const token = node.srcToken;
    const text = decodeYamlScalar(this.source, {
      start,
      end: Math.max(start, end),
      style: styles[node.type ?? 'PLAIN'] ?? 'plain',
      flow,
      indent: token?.type === 'block-scalar' ? token.indent : 0,
    });
    const place = this.source.place({ start, end: Math.max(start, end) });
    const notation: Notation = flow ? 'yaml-flow' : 'yaml-block';
    if (isOwnTag(node.tag)) {
      return { type: 'unknown', reason: { kind: 'tag', detail: node.tag }, place, notation, tag: node.tag };
    }
    const hole = node.type === 'PLAIN' ? text.holes()[0] : undefined;
    // Without quotes the text may turn out a number, or a whole block.
    if (hole && hole.start === 0 && hole.end === text.length) {
      return { type: 'unknown', reason: hole.reason, place, notation };
    }
    const { value } = node;
    // Written out, all of one shape: there are more of these than of anything else.
    if (value === null) return { type: 'null', value, text, place, notation };
    if (typeof value === 'boolean') return { type: 'boolean', value, text, place, notation };
    if (typeof value === 'number' || typeof value === 'bigint')
      return { type: 'number', value: Number(value), text, place, notation };
    const yaml11 = node.type === 'PLAIN' && !node.tag ? yaml11Type(text.text) : undefined;
    if (yaml11) return { type: 'string', value: text.text, text, place, notation, yaml11 };
    return { type: 'string', value: text.text, text, place, notation };
  }
}

/** An application's own tag; those of YAML itself only say what the node is. */
function isOwnTag(tag: string | undefined): tag is string {
  return tag !== undefined && !/^(?:!$|tag:yaml\.org,2002:)/.test(tag);
}

function tagged(node: TreeNode, tag: string | undefined): TreeNode {
  return isOwnTag(tag) ? { ...node, tag } : node;
}
