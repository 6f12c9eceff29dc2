import { type ArithmeticExpression, parse } from 'unbash';
import { type ArithmeticContext, evaluate, parseNumber } from './arithmetic';
import { expandValue, type Frame } from './expand';
import type { PartSpan } from './quoting';
import { ShellValue } from './value';

/** Nobody writes more arithmetic than that, and deeper expressions would exhaust the stack. */
const longest = 2_000;

/** The number that `$((…))` or `$[…]` becomes, as text. */
export function evaluateExpansion(
  part: PartSpan & { readonly expression: ArithmeticExpression | undefined; readonly text: string },
  frame: Frame,
): string | undefined {
  if (isTooLong(part, frame)) return undefined;
  if (!part.expression && part.text.replace(/[\s()$[\]]/g, '') !== '') return undefined;
  return evaluate(part.expression, contextOf(frame, part))?.toString();
}

/** Runs `((…))` for what it assigns; its value, if known, is the status of the command. */
export function evaluateCommand(
  expression: ArithmeticExpression | undefined,
  site: PartSpan,
  frame: Frame,
): bigint | undefined {
  return isTooLong(site, frame) ? undefined : evaluate(expression, contextOf(frame, site));
}

/** True for what is not evaluated; it may have assigned anything. */
function isTooLong({ pos, end }: PartSpan, { state }: Frame): boolean {
  if (end - pos <= longest) return false;
  state.forgetAll({ kind: 'limit', detail: 'arithmetic of more than 2,000 characters' });
  return true;
}

/**
 * The number that a text stands for where the shell expects one: an array index, an operand of `-eq`.
 * @param site where what it assigns is shown
 */
export function evaluateText(text: string, frame: Frame, site?: PartSpan): bigint | undefined {
  const number = parseNumber(text);
  if (number !== undefined) return number;
  if (text.trim() === '') return 0n;
  if (text.length > 200) return undefined;
  const statement = parse(`((${text}))`).commands[0];
  if (statement?.command.type !== 'ArithmeticCommand') return undefined;
  const { expression } = statement.command;
  if (!expression || !isSimple(expression)) return undefined;
  return evaluate(expression, contextOf(frame, site));
}

/** Without `$…`, whose places would be those of another text. */
function isSimple(expression: ArithmeticExpression): boolean {
  switch (expression.type) {
    case 'ArithmeticWord':
      return expression.parts === undefined;
    case 'ArithmeticBinary':
      return isSimple(expression.left) && isSimple(expression.right);
    case 'ArithmeticUnary':
      return isSimple(expression.operand);
    case 'ArithmeticGroup':
      return isSimple(expression.expression);
    default:
      return false;
  }
}

function contextOf(frame: Frame, site: PartSpan | undefined, depth = 0): ArithmeticContext {
  const { state, script } = frame;
  return {
    operand(word) {
      if (word.parts?.some((part) => part.type !== 'Literal')) {
        const value = expandValue({ ...word, type: 'Word', text: script.text.slice(word.pos, word.end) }, frame);
        return value.known ? numberOf(value.text) : undefined;
      }
      return numberOf(word.value);
    },
    assign(name, value) {
      if (value === undefined || !site) {
        state.forget(name, { kind: 'arithmetic', detail: `$${name}` });
        return;
      }
      const before = state.record(name);
      if (before?.value?.known && before.value.text === value.toString() && !before.unknown) return;
      // A computed value has no characters of its own: it is shown where it is computed.
      const origin = script.source.slice(site.pos, site.end);
      state.set(name, {
        value: ShellValue.computed(value.toString(), origin),
        list: undefined,
        unknown: undefined,
        ...(before?.nameText ? {} : { nameText: origin }),
      });
    },
  };

  function numberOf(text: string): bigint | undefined {
    const number = parseNumber(text);
    if (number !== undefined) return number;
    const name = /^\s*(?:([A-Za-z_]\w*)|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\})\s*$/.exec(text);
    if (!name || depth > 8) return undefined;
    const found = state.find((name[1] ?? name[2] ?? name[3])!);
    if (found.kind === 'unset') return 0n;
    const value = found.kind === 'list' ? found.list.items[0] : found.kind === 'value' ? found.value : undefined;
    if (!value?.known) return undefined;
    if (value.text.trim() === '') return 0n;
    const word = { type: 'ArithmeticWord', pos: 0, end: 0, value: value.text } as const;
    return contextOf(frame, site, depth + 1).operand(word);
  }
}
