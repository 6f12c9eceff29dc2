import { parentPort } from 'node:worker_threads';
import { Desk } from './desk';
import type { Order } from './messages';

// The entry of the thread in which metrics are watched: it belongs to the language server, and ends with it.
const port = parentPort;
if (port) {
  const desk = new Desk((report) => port.postMessage(report));
  port.on('message', (order: Order) => desk.take(order));
}
