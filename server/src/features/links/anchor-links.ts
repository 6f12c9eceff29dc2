import type { Analysis } from '../../analysis';
import type { Links } from './link';

/** A document's start, or an anchor or alias of YAML where a value may stand. */
const MARK = /^---|(?<=[:?-]\s+|[,[{]\s*|^\s*)([&*])([^\s,[\]{}]+)(?=[\s,\]}]|$)/gm;

/** YAML's aliases, and the anchors before them in the same document. */
export function addAnchorLinks({ host, name, text, files }: Analysis, links: Links): void {
  if (!/^(?:kubernetes|compose|yaml|vllm-config)$/.test(host ?? '') || !/\*[\w.-]/.test(text)) return;
  const anchors = new Map<string, number>();
  for (const { 0: whole, 1: sign, 2: label = '', index } of text.matchAll(MARK)) {
    const known = anchors.get(label);
    if (!sign) anchors.clear();
    else if (sign === '&') anchors.set(label, index);
    else if (known !== undefined) {
      links.add(files.place(name, index, index + whole.length), files.place(name, known, known + whole.length));
    }
  }
}
