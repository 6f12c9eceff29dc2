import type { TestExpression, Word } from 'unbash';
import { evaluateText } from './calculate';
import { expandValue, type Frame } from './expand';
import { readPattern } from './parameter-change';
import { isCheap } from './pattern';
import type { ShellValue } from './value';

/**
 * How a command ends: `assumed` is the success that a script counts on when it goes on, `unknown` the outcome of
 * something that it asks.
 */
export type Status = 'success' | 'failure' | 'assumed' | 'unknown';

export function negate(status: Status): Status {
  if (status === 'success') return 'failure';
  return status === 'failure' ? 'success' : 'unknown';
}

export function statusOf(value: boolean | undefined): Status {
  return value === undefined ? 'unknown' : value ? 'success' : 'failure';
}

/** Commands whose whole purpose is their status. */
export function asks(name: string): boolean {
  return /^(?:\[|test|[ef]?grep|rg|pgrep|pidof|command|which|type|hash|cmp|diff|expr|ping|nc|lsof|ss|mountpoint|read|getopts|timeout)$/.test(
    name,
  );
}

/** `[ … ]` and `test …`, when all of it is known. */
export function evaluateTest(words: readonly ShellValue[]): boolean | undefined {
  const [first, second, third] = words;
  if (words.length === 0) return false;
  if (words.length > 1 && first!.known && first!.text === '!') {
    const inner = evaluateTest(words.slice(1));
    return inner === undefined ? undefined : !inner;
  }
  if (words.length === 1) return isFilled(first!);
  if (!first || !second) return undefined;
  if (words.length === 2) {
    if (first.text === '-n') return isFilled(second);
    if (first.text === '-z') return not(isFilled(second));
    return undefined;
  }
  if (words.length !== 3 || !second.known || !third) return undefined;
  if (second.text === '=' || second.text === '==') return sameText(first, third);
  if (second.text === '!=') return not(sameText(first, third));
  return first.known && third.known ? compare(second.text, decimal(first.text), decimal(third.text)) : undefined;
}

/** `[[ … ]]`. */
export function evaluateTestExpression(expression: TestExpression, frame: Frame): boolean | undefined {
  switch (expression.type) {
    case 'TestGroup':
      return evaluateTestExpression(expression.expression, frame);
    case 'TestNot': {
      const inner = evaluateTestExpression(expression.operand, frame);
      return expression.negations.length % 2 === 0 ? inner : not(inner);
    }
    case 'TestLogical': {
      const decisive = expression.operator === '||';
      let unknown = false;
      for (const operand of expression.operands) {
        const value = evaluateTestExpression(operand, frame);
        if (value === decisive) return decisive;
        unknown ||= value === undefined;
      }
      return unknown ? undefined : !decisive;
    }
    case 'TestUnary':
      if (expression.operator === '-n') return isFilled(expandValue(expression.operand, frame));
      if (expression.operator === '-z') return not(isFilled(expandValue(expression.operand, frame)));
      return undefined;
    case 'TestBinary':
      return evaluateBinary(expression, frame);
    default:
      return undefined;
  }
}

function evaluateBinary(
  { operator, left, right }: Extract<TestExpression, { type: 'TestBinary' }>,
  frame: Frame,
): boolean | undefined {
  if (operator === '=' || operator === '==' || operator === '!=') {
    const matched = matches(expandValue(left, frame), right, frame);
    return operator === '!=' ? not(matched) : matched;
  }
  if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) return undefined;
  const one = expandValue(left, frame);
  const other = expandValue(right, frame);
  if (!one.known || !other.known) return undefined;
  return compare(operator, evaluateText(one.text, frame), evaluateText(other.text, frame));
}

/** Whether a value matches a shell pattern, as in `case` and `[[ … == … ]]`. */
export function matches(value: ShellValue, pattern: Word, frame: Frame): boolean | undefined {
  const source = readPattern(pattern, frame);
  if (source === undefined) return undefined;
  if (source === '[\\s\\S]*') return true;
  return value.known && isCheap(value.text, source) ? new RegExp(`^${source}$`, 'u').test(value.text) : undefined;
}

function isFilled(value: ShellValue): boolean | undefined {
  if (value.nonEmpty) return true;
  return value.known ? false : undefined;
}

function sameText(one: ShellValue, other: ShellValue): boolean | undefined {
  return one.known && other.known ? one.text === other.text : undefined;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function decimal(text: string): bigint | undefined {
  return /^\s*[+-]?\d{1,18}\s*$/.test(text) ? BigInt(text.trim().replace('+', '')) : undefined;
}

function compare(operator: string, left: bigint | undefined, right: bigint | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    case '-ge':
      return left >= right;
    default:
      return undefined;
  }
}
