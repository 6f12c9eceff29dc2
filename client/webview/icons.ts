import error from '@vscode/codicons/src/icons/error.svg';
import go from '@vscode/codicons/src/icons/go-to-file.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import pass from '@vscode/codicons/src/icons/pass.svg';
import question from '@vscode/codicons/src/icons/question.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';

const TEXTS = { error, info, pass, question, warning, go };

export type IconName = keyof typeof TEXTS;

const parser = new DOMParser();

/** A picture beside words that say the same; screen readers pass over it. */
export function icon(name: IconName): SVGSVGElement {
  const parsed = parser.parseFromString(TEXTS[name], 'image/svg+xml').documentElement;
  const svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  return svg;
}
