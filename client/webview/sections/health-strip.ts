import type { MetricsUpdate } from '../../../protocol/metrics';
import { LiveText, make, mark } from '../dom';
import { type Health, health, type Tone } from '../health';
import { type IconName, icon } from '../icons';

const ICONS: Record<Tone, IconName> = {
  good: 'pass',
  idle: 'info',
  info: 'info',
  warning: 'warning',
  critical: 'error',
  unknown: 'question',
};

/** A screen reader is told at once when things turn, and otherwise this often. */
const RETELL_MS = 60_000;

/** The first line: the answer within five seconds. */
export class HealthStrip {
  readonly element = make('div', { class: 'health' });
  readonly #icon = make('span', { class: 'health-icon' });
  readonly #text = new LiveText(make('strong', { class: 'health-text' }));
  /** What is read aloud: the line itself changes with every page, which nobody wants to hear. */
  readonly #spoken = make('span', { class: 'for-readers', role: 'status', attributes: { 'aria-live': 'polite' } });
  #tone: Tone | undefined;
  #spokenAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.element.append(this.#icon, this.#text.element, this.#spoken);
  }

  update(update: MetricsUpdate): void {
    this.say(health(update), update.at);
  }

  say({ tone, text }: Health, at: number): void {
    this.#text.set(text);
    if (tone !== this.#tone) {
      this.#tone = tone;
      mark(this.element, 'data-tone', tone);
      this.#icon.replaceChildren(icon(ICONS[tone]));
      this.#spokenAt = Number.NEGATIVE_INFINITY;
    }
    if (at - this.#spokenAt < RETELL_MS) return;
    this.#spokenAt = at;
    this.#spoken.textContent = text;
  }
}
