import type { ArithmeticExpression } from 'unbash';

/** What an expression may ask and change. Numbers are 64-bit, as in the shell. */
export interface ArithmeticContext {
  /** The value of an operand as it is written: a number, a name, `$NAME`, …; `undefined` when unknown. */
  operand(word: Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>): bigint | undefined;
  /** `undefined` when no longer known. */
  assign(name: string, value: bigint | undefined): void;
}

/** The value of an expression, `undefined` when it depends on what is unknown or would be an error. */
export function evaluate(expression: ArithmeticExpression | undefined, context: ArithmeticContext): bigint | undefined {
  if (!expression) return 0n;
  switch (expression.type) {
    case 'ArithmeticGroup':
      return evaluate(expression.expression, context);
    case 'ArithmeticWord':
      return context.operand(expression);
    case 'ArithmeticCommandExpansion':
      return undefined;
    case 'ArithmeticUnary':
      return evaluateUnary(expression, context);
    case 'ArithmeticTernary': {
      const test = evaluate(expression.test, context);
      if (test === undefined) {
        forgetAssigned(expression.consequent, context);
        forgetAssigned(expression.alternate, context);
        return undefined;
      }
      return evaluate(test === 0n ? expression.alternate : expression.consequent, context);
    }
    case 'ArithmeticBinary':
      return evaluateBinary(expression, context);
    default:
      return undefined;
  }
}

type Unary = Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>;
type Binary = Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>;

function evaluateUnary({ operator, operand, prefix }: Unary, context: ArithmeticContext): bigint | undefined {
  const value = evaluate(operand, context);
  if (operator === '++' || operator === '--') {
    const next = value === undefined ? undefined : wrap(operator === '++' ? value + 1n : value - 1n);
    const name = nameOf(operand);
    if (name !== undefined) context.assign(name, next);
    return prefix ? next : value;
  }
  if (value === undefined) return undefined;
  if (operator === '-') return wrap(-value);
  if (operator === '+') return value;
  if (operator === '!') return value === 0n ? 1n : 0n;
  if (operator === '~') return ~value;
  return undefined;
}

function evaluateBinary({ operator, left, right }: Binary, context: ArithmeticContext): bigint | undefined {
  if (/^(?:[-+*/%&^|]|<<|>>)?=$/.test(operator)) {
    const added = evaluate(right, context);
    const value = operator === '=' ? added : combine(operator.slice(0, -1), evaluate(left, context), added);
    const name = nameOf(left);
    if (name !== undefined) context.assign(name, value);
    return value;
  }
  const first = evaluate(left, context);
  if (operator === '&&' || operator === '||') {
    if (first !== undefined && (first !== 0n) === (operator === '||')) return operator === '||' ? 1n : 0n;
    if (first === undefined) {
      forgetAssigned(right, context);
      return undefined;
    }
    const second = evaluate(right, context);
    return second === undefined ? undefined : truth(second !== 0n);
  }
  const second = evaluate(right, context);
  return operator === ',' ? second : combine(operator, first, second);
}

function combine(operator: string, left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return wrap(left + right);
    case '-':
      return wrap(left - right);
    case '*':
      return wrap(left * right);
    case '/':
      return right === 0n ? undefined : wrap(left / right);
    case '%':
      return right === 0n ? undefined : left % right;
    case '**':
      return right < 0n || right > 64n ? undefined : wrap(left ** right);
    case '<<':
      return right < 0n || right > 63n ? undefined : wrap(left << right);
    case '>>':
      return right < 0n || right > 63n ? undefined : left >> right;
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '|':
      return left | right;
    default:
      return undefined;
  }
}

/** What would be assigned if this part were evaluated is unknown when we cannot tell whether it is. */
function forgetAssigned(expression: ArithmeticExpression, context: ArithmeticContext): void {
  evaluate(expression, {
    operand: () => undefined,
    assign: (name) => context.assign(name, undefined),
  });
}

function nameOf(expression: ArithmeticExpression): string | undefined {
  if (expression.type === 'ArithmeticGroup') return nameOf(expression.expression);
  if (expression.type !== 'ArithmeticWord') return undefined;
  return /^[A-Za-z_]\w*/.exec(expression.value)?.[0];
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** A number as the shell writes it: decimal, `0x…`, octal with a leading zero, `base#digits`. */
export function parseNumber(text: string): bigint | undefined {
  const trimmed = text.trim();
  const signed = /^([+-]?)(.*)$/s.exec(trimmed)!;
  const digits = signed[2]!;
  let value: bigint | undefined;
  if (/^0[xX][0-9A-Fa-f]+$/.test(digits)) value = BigInt(digits);
  else if (/^0[0-7]*$/.test(digits)) value = BigInt(`0o0${digits.slice(1)}`);
  else if (/^[1-9]\d*$/.test(digits)) value = BigInt(digits);
  else {
    const based = /^(\d{1,2})#([0-9A-Za-z]+)$/.exec(digits);
    const base = Number(based?.[1]);
    // Letters of bases above 36 tell case apart: nobody writes ports that way.
    if (based && base >= 2 && base <= 36) value = inBase(based[2]!, base);
  }
  if (value === undefined) return undefined;
  return wrap(signed[1] === '-' ? -value : value);
}

function inBase(digits: string, base: number): bigint | undefined {
  let value = 0n;
  for (const digit of digits) {
    const number = Number.parseInt(digit, 36);
    if (number >= base) return undefined;
    value = value * BigInt(base) + BigInt(number);
  }
  return value;
}
