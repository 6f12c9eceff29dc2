import { type Disposable, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { MetricsSource, OfferedEndpoint } from '../../../protocol/metrics';
import { readAddress } from './address';
import { countedOnce, withOwnLabels } from './source-words';

const TWICE = 'with endpoints that it scrapes, engines would count twice';

interface Choice extends QuickPickItem {
  readonly source?: MetricsSource;
}

export interface Offers {
  readonly offered: readonly OfferedEndpoint[];
  readonly settings: readonly MetricsSource[];
  /** What was watched last. */
  readonly last: readonly MetricsSource[];
}

/**
 * Asks which endpoints are to be watched. Addresses may be typed: what is typed becomes one more entry. Nothing is
 * contacted here, and nothing before this returns.
 */
export function chooseSources({ offered, settings, last }: Offers): Promise<MetricsSource[] | undefined> {
  const pick = window.createQuickPick<Choice>();
  pick.title = 'Which endpoints may be asked for metrics? Nothing is contacted before OK.';
  pick.placeholder = 'Choose, or type an address such as http://10.0.0.1:8000/metrics';
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;

  const twice = offered.length > 0 || settings.some(({ kind }) => kind === 'endpoint');
  const fromSettings = settings.map((source) =>
    choice(source, source.kind === 'prometheus' && twice ? `settings · ${TWICE}` : 'settings'),
  );
  const fromConfiguration = offered.map(({ label, url, role, reason }) =>
    choice({ kind: 'endpoint', label, url, ...(role && { role }) }, reason),
  );
  const known = new Set([...settings.map(addressOf), ...offered.map(({ url }) => url)]);
  const before = last.filter((source) => 'url' in source && !known.has(source.url));
  const typed = before.map((source) => choice(source, 'watched before'));
  let candidate: Choice | undefined;

  const items = (): Choice[] => [
    ...(candidate ? [candidate] : []),
    ...group('Typed', typed),
    ...group('From the settings', fromSettings),
    ...group('From the configuration', fromConfiguration),
  ];
  // What was watched last, and otherwise what somebody has written down for this.
  const lastUrls = new Set(last.map(addressOf));
  const wanted = items().filter(({ source }) => source && 'url' in source && lastUrls.has(addressOf(source)));
  const once = new Set(countedOnce(settings));
  const preselected =
    wanted.length > 0
      ? wanted
      : fromSettings.length > 0
        ? fromSettings.filter(({ source }) => source && once.has(source))
        : fromConfiguration;
  pick.items = items();
  pick.selectedItems = preselected;

  /** Puts the items up anew and keeps what is checked. */
  const renew = (also?: Choice) => {
    const selected = pick.selectedItems;
    pick.items = items();
    pick.selectedItems = also ? [...selected.filter((one) => one !== also), also] : selected;
  };

  return new Promise((resolve) => {
    const subscriptions: Disposable[] = [
      pick.onDidChangeValue((value) => {
        const address = /[.:\d]/.test(value) ? readAddress(value) : undefined;
        if (candidate && pick.selectedItems.includes(candidate)) typed.unshift(candidate);
        candidate =
          address && 'url' in address
            ? { ...choice({ kind: 'endpoint', ...address }, 'typed'), alwaysShow: true }
            : undefined;
        renew();
      }),
      pick.onDidChangeSelection((selected) => {
        if (!candidate || !selected.includes(candidate)) return;
        // It was checked: it stays, and there is room for the next one.
        const kept = candidate;
        candidate = undefined;
        typed.unshift(kept);
        pick.value = '';
        renew(kept);
      }),
      pick.onDidAccept(() => {
        // Typed, and OK at once: that is meant.
        const all = candidate && pick.selectedItems.length === 0 ? [candidate] : pick.selectedItems;
        const sources = all.flatMap(({ source }) => source ?? []);
        resolve(sources.length > 0 ? withOwnLabels(sources) : undefined);
        pick.hide();
      }),
      pick.onDidHide(() => {
        for (const one of subscriptions) one.dispose();
        pick.dispose();
        resolve(undefined);
      }),
    ];
    pick.show();
  });
}

function addressOf(source: MetricsSource): string {
  return 'url' in source ? source.url : '';
}

function choice(source: MetricsSource, description: string): Choice {
  const detail = 'url' in source ? source.url : '';
  const role = source.kind === 'endpoint' && source.role ? ` (${source.role})` : '';
  return { label: `${source.label}${role}`, description, detail, source };
}

function group(label: string, choices: readonly Choice[]): Choice[] {
  return choices.length > 0 ? [{ label, kind: QuickPickItemKind.Separator }, ...choices] : [];
}
