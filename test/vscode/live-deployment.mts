import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadSimulator } from '../../scripts/load-engine.mts';

/** A model that nobody has, whose name must never become a part of a page. */
export const MODEL = '<img src=x onerror=alert(1)> & "<b>Llama</b>"';

export const TOKEN = 'a-token-that-nobody-guesses';

/** Well into the simulated time, so that nothing fails before it is planted. */
const FAILURE_AT = 600;

/** A simulated deployment that serves metrics on this machine. */
export interface LiveDeployment {
  readonly prefill: string;
  readonly decode: string;
  /** The page of decode once more, for those who bring the token. */
  readonly guarded: string;
  /** From now on clients give up between prefill and decode: their KV expires. */
  plantFailure(): void;
  close(): Promise<void>;
}

export async function serveDeployment(): Promise<LiveDeployment> {
  const { findScenario, Simulation, serve } = await loadSimulator();
  const healthy = findScenario('healthy')!;
  const scenario = {
    ...healthy,
    model: { ...healthy.model, name: MODEL },
    happenings: [{ kind: 'faults' as const, at: FAILURE_AT, faults: { abandoned: 0.3, leaseSeconds: 15 } }],
  };
  let ahead = 0;
  const simulation = new Simulation(scenario, { seed: 1, start: Date.now() });
  const { endpoints, close } = await serve(simulation, { clock: () => Date.now() + ahead });
  const urlOf = (role: string) => endpoints.find((endpoint) => endpoint.label.startsWith(role))!.url;
  const guard = await guardOf(urlOf('decode'));
  return {
    prefill: urlOf('prefill'),
    decode: urlOf('decode'),
    guarded: guard.url,
    plantFailure: () => {
      ahead = (FAILURE_AT + 60) * 1000;
    },
    close: async () => {
      await guard.close();
      await close();
    },
  };
}

/** Passes a page on to those who bring the token. */
async function guardOf(url: string): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end();
      return;
    }
    const page = await fetch(url);
    response.writeHead(200, { 'content-type': page.headers.get('content-type') ?? '' }).end(await page.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** Writes an endpoint into the settings of a folder, beside what they hold. */
export async function nameEndpoint(folder: string, label: string, url: string): Promise<void> {
  const path = join(folder, '.vscode/settings.json');
  const settings = JSON.parse(await readFile(path, 'utf8'));
  settings['nixl.metrics.endpoints'] = [{ label, url, role: 'prefill' }];
  settings['nixl.metrics.interval'] = 0.5;
  await writeFile(path, JSON.stringify(settings, null, 2));
}
