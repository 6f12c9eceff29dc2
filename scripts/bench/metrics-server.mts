// The engines of `metrics.mts`, in a process of their own: pages of a simulated deployment, filled up to one size.
//   node metrics-server.mts ENGINES BYTES    prints a line of JSON: the addresses

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadSimulator } from '../load-engine.mts';

const [engines, bytes] = process.argv.slice(2).map(Number) as [number, number];
const { Simulation, findScenario, withEngines } = await loadSimulator();

const start = Date.now();
const simulation = new Simulation(withEngines(findScenario('healthy')!, engines), { start });
const roles = new Map(simulation.endpoints.map(({ label, role }) => [label, role]));

/** What nobody wants: as of an engine that counts much else. One for all of them, so that sending costs little here. */
const filler = Buffer.from(others(bytes - simulation.page(simulation.endpoints[0]!.label, start)!.length));

const server = createServer(({ url = '' }, response) => {
  const label = url.split('/')[1]!;
  const page = simulation.page(label, Date.now());
  if (page === undefined) {
    response.destroy();
    return;
  }
  const length = Buffer.byteLength(page) + filler.length;
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'content-length': length });
  response.write(page);
  response.end(filler);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const endpoints = [...roles].map(([label, role]) => ({
    label,
    role,
    url: `http://127.0.0.1:${port}/${label}/metrics`,
  }));
  process.stdout.write(`${JSON.stringify(endpoints)}\n`);
});
process.on('disconnect', () => process.exit());

function others(size: number): string {
  const head =
    '# HELP http_request_duration_seconds Latency by handler.\n# TYPE http_request_duration_seconds histogram\n';
  const lines = [head];
  let length = head.length;
  for (let handler = 0; length < size; handler += 1) {
    for (const le of ['0.1', '0.5', '1.0', '5.0', '+Inf']) {
      const line = `http_request_duration_seconds_bucket{handler="/v1/route/${handler}",le="${le}",method="POST"} ${handler}.0\n`;
      lines.push(line);
      length += line.length;
    }
  }
  return lines.join('');
}
