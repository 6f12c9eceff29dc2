import type { ShellValue } from './value';

const self = String.raw`"?(?:\$0|\$\{0\}|\$BASH_SOURCE|\$\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})"?`;
const folder = String.raw`\$\(\s*dirname\s+(?:--\s+)?${self}\s*\)`;
/** The folder of the script itself, in the spellings that people use. */
const ownFolder = new RegExp(
  `^(?:${folder}|\\$\\(\\s*cd\\s+(?:--\\s+)?"?${folder}"?(?:\\s*[12&]?>\\s*/dev/null|\\s*2>&1)*\\s*&&\\s*pwd(?:\\s+-P)?\\s*\\))$`,
);

/** The path that a value names, from the folder of the script; `undefined` when it is not known. */
export function scriptPath(value: ShellValue): string | undefined {
  if (value.known) return value.text;
  const [hole, ...others] = value.holes;
  if (!hole || others.length > 0 || hole.start > 0 || value.text[hole.end] !== '/') return undefined;
  return ownFolder.test(value.text.slice(0, hole.end)) ? `.${value.text.slice(hole.end)}` : undefined;
}
