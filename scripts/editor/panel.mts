import type { Frame } from 'playwright-core';
import { until } from './until.mts';
import type { Workbench } from './workbench.mts';

const PATIENCE = 60_000;

/** The page of the metrics panel inside VS Code: a frame in a frame, made anew whenever it is shown. */
export async function panelFrame({ page }: Workbench): Promise<Frame> {
  return until('the metrics panel', PATIENCE, async () => {
    for (const frame of page.frames()) {
      const ours = await frame
        .locator('main > .toolbar')
        .count()
        .catch(() => 0);
      if (ours > 0) return frame;
    }
    return undefined;
  });
}

/** Waits until an element of the panel says what is looked for. */
export async function panelSays(workbench: Workbench, selector: string, says: RegExp): Promise<string> {
  const shown = async (): Promise<string> => {
    const frame = await panelFrame(workbench);
    return (await frame.locator(selector).allTextContents()).join('\n');
  };
  return until(
    `${selector} to say ${says}`,
    PATIENCE,
    async () => [await shown().catch(() => '')].find((text) => says.test(text)),
    shown,
  );
}
