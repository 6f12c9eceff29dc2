import { Flags, knownText, placeOf } from '../../model';
import { maskTemplates, parseYaml } from '../../syntax';
import type { ReadContext } from '../context';
import { readFlagMap } from './flag-map';

/**
 * The flags of the `--config` file that a command names. Upstream looks for the flag and a `.yaml` or `.yml` file as two
 * words; what stands in any other form, or is not there, may set anything.
 */
export function readConfigFile(flags: Flags, context: ReadContext): Flags {
  const flag = flags.get('config');
  if (!flag) return Flags.empty;
  const path = knownText(flag.value);
  const place = path === undefined ? flag.text.place() : placeOf(flag.value!);
  const reason = { kind: 'file', detail: path ?? flag.spelled, place } as const;
  const source = path !== undefined && /\.ya?ml$/.test(path) && !joined(flag) ? context.file(path) : undefined;
  const root = source && parseYaml(maskTemplates(source)).root;
  return root ? readFlagMap(root) : new Flags([], [reason]);
}

/** `--config=file` is not picked up by the pass that reads the file. */
function joined(flag: NonNullable<ReturnType<Flags['get']>>): boolean {
  if (flag.value?.kind !== 'known') return true;
  const own = flag.text.locate();
  const value = flag.value.source.locate();
  return own.root === value.root && value.span.start === own.span.end + 1 && own.root.text[own.span.end] === '=';
}
