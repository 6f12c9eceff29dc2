import type { VerdictCard, VerdictLine, VerdictSeverity } from '../../../protocol/metrics';
import { verdictKey } from '../../../protocol/panel';
import { LiveProse, LiveText, make, mark, prose, show } from '../dom';
import { clock } from '../format';
import type { Host } from '../host';
import { type IconName, icon } from '../icons';
import { type Item, KeyedList } from '../keyed-list';

const ICONS: Record<VerdictSeverity, IconName> = { critical: 'error', warning: 'warning', info: 'info' };
const WORDS: Record<VerdictSeverity, string> = { critical: 'Critical', warning: 'Warning', info: 'Note' };
const ORDER: readonly VerdictSeverity[] = ['critical', 'warning', 'info'];
const CAP = 6;

/** What the figures say about the deployment, the worst first. */
export class VerdictCards {
  readonly element = make('section', { class: 'verdicts', attributes: { 'aria-label': 'Verdicts' } });
  readonly #list: KeyedList<VerdictCard>;

  constructor(host: Host) {
    const cards = make('div', { class: 'cards', role: 'list' });
    const more = make('div', { class: 'more' });
    this.element.append(cards, more);
    this.#list = new KeyedList(cards, more, CAP, (verdict) => new Card(host, verdict));
  }

  update(verdicts: readonly VerdictCard[]): void {
    const sorted = verdicts.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
    this.#list.update(sorted.map((verdict) => [verdictKey(verdict), verdict]));
    show(this.element, verdicts.length > 0);
  }
}

class Card implements Item<VerdictCard> {
  readonly element = make('article', { class: 'card', role: 'listitem' });
  readonly #host: Host;
  readonly #key: string;
  readonly #icon = make('span', { class: 'card-icon' });
  readonly #title = new LiveText(make('h3', { class: 'card-title' }));
  readonly #where = new LiveText(make('span', { class: 'card-where' }));
  readonly #message = new LiveProse(make('p', { class: 'card-message' }));
  readonly #evidence = make('ul', { class: 'evidence' });
  readonly #links = make('div', { class: 'card-links' });
  #facts = '';
  #lines = '';
  #severity = '';

  constructor(host: Host, verdict: VerdictCard) {
    this.#host = host;
    this.#key = verdictKey(verdict);
    this.element.dataset.verdict = verdict.id;
    const details = make('details', {}, make('summary', { text: 'Evidence' }), this.#evidence);
    const head = make('header', {}, this.#icon, this.#title.element, this.#where.element);
    this.element.append(head, this.#message.element, this.#links, details);
  }

  update(verdict: VerdictCard): void {
    const { severity, title, message, endpoint, engine, group, since, evidence, lines, sources } = verdict;
    if (severity !== this.#severity) {
      this.#severity = severity;
      mark(this.element, 'data-severity', severity);
      this.#icon.replaceChildren(
        icon(ICONS[severity]),
        make('span', { class: 'for-readers', text: `${WORDS[severity]}: ` }),
      );
    }
    this.#title.set(title);
    this.#message.set(message);
    const where = [group, endpoint, engine !== null && engine !== '0' ? `engine ${engine}` : '']
      .filter(Boolean)
      .join(', ');
    this.#where.set(`${where}${where ? ' · ' : ''}since ${clock(since)}`);
    const facts = JSON.stringify(evidence);
    if (facts !== this.#facts) {
      this.#facts = facts;
      this.#evidence.replaceChildren(...evidence.map((text) => make('li', {}, ...prose(text))));
    }
    const links = JSON.stringify([lines, sources]);
    if (links !== this.#lines) {
      this.#lines = links;
      this.#link(lines, sources);
    }
  }

  #link(lines: readonly VerdictLine[], sources: readonly string[]): void {
    const configuration = lines.map((line, index) => this.#configuration(line, index));
    const about = this.#button('What this means', () => this.#host.send({ type: 'about', verdict: this.#key }));
    const origins = sources.map((source, index) =>
      /^https?:/.test(source)
        ? this.#button(sourceName(source), () => this.#host.send({ type: 'source', verdict: this.#key, index }), source)
        : make('span', { text: source }),
    );
    this.#links.replaceChildren(...configuration, about, ...origins);
  }

  /** A button where the line is in sight; the name of the setting where it is not. */
  #configuration({ name, place }: VerdictLine, index: number): HTMLElement {
    if (!place) return make('code', { text: name, title: 'Not in the open folder, as far as was read.' });
    const button = this.#button(`${name} · ${place.text}`, () =>
      this.#host.send({ type: 'line', verdict: this.#key, index }),
    );
    button.classList.add('line');
    button.prepend(icon('go'));
    return button;
  }

  #button(text: string, act: () => void, title = ''): HTMLElement {
    const button = make('button', { class: 'link', text, title, attributes: { type: 'button' } });
    button.addEventListener('click', act);
    return button;
  }
}

/** `vllm-project/vllm #58038`, `nixl_agent.cpp@v1.4.0`, or the host. */
function sourceName(source: string): string {
  const thread = /^https:\/\/github\.com\/([^/]+\/[^/]+)\/(?:pull|issues)\/(\d+)/.exec(source);
  if (thread) return `${thread[1]} #${thread[2]}`;
  const file = /^https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/([^/]+)\/(?:.*\/)?([^/]+)$/.exec(source);
  if (file) return `${file[2]}@${file[1]}`;
  return /^https?:\/\/([^/]+)/.exec(source)?.[1] ?? source;
}
