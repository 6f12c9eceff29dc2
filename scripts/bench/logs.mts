import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** How the lines of a log come in. */
export type LogKind = 'plain' | 'json' | 'ucx' | 'errors';

/** Writes a log of an engine of at least so many bytes; the same every time. */
export async function writeLog(path: string, kind: LogKind, bytes: number): Promise<number> {
  const file = createWriteStream(path);
  const piece = Buffer.from(Array.from({ length: 2_000 }, (_, index) => lines(kind, index).join('')).join(''));
  let written = 0;
  while (written < bytes) {
    written += piece.length;
    if (!file.write(piece)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return written;
}

function lines(kind: LogKind, index: number): string[] {
  const time = `12:${two(index / 60)}:${two(index)}`;
  const plain = [
    `(APIServer pid=1) INFO 11-02 ${time} [loggers.py:236] Engine 000: Avg prompt throughput: ${(index * 13.7) % 900} tokens/s, Avg generation throughput: ${(index * 7.3) % 400} tokens/s, Running: ${index % 32} reqs, Waiting: 0 reqs, GPU KV cache usage: ${index % 100}.0%, Prefix cache hit rate: ${(index * 3) % 100}.0%\n`,
    `(APIServer pid=1) INFO:     10.0.${index % 255}.${index % 13}:${40_000 + index} - "POST /v1/chat/completions HTTP/1.1" 200 OK\n`,
    `(APIServer pid=1) INFO 11-02 ${time} [metrics.py:96] KV Transfer metrics: Num successful transfers=${index}, Avg xfer time (ms)=1.381, P90 xfer time (ms)=2.601, Throughput (MB/s)=1629.549\n`,
  ];
  switch (kind) {
    case 'plain':
      return plain;
    case 'json':
      return plain.map(
        (log) => `${JSON.stringify({ log, stream: 'stderr', time: `2026-08-20T${time}.123456789Z` })}\n`,
      );
    case 'ucx':
      return [
        `[${1_762_086_000 + index}.123456] [prefill-0:214  :0]      ucp_worker.c:1888 UCX  INFO    ep_cfg[${index % 4}]: rma(self/memory cma/memory rc_mlx5/mlx5_${index % 8}:1) am(rc_mlx5/mlx5_0:1)\n`,
      ];
    default:
      return [
        ...plain,
        `(Worker_TP0 pid=214) ERROR 11-02 ${time} [base_worker.py:845] NIXL transfer failure: transfer_failed | Context: {'request_id': 'cmpl-${index}', 'remote_host': '10.0.0.7', 'remote_port': 5600}\n`,
        `W1102 ${time}.512873     214 ucx_enums.cpp:58] Unexpected UCX error: Endpoint timeout\n`,
      ];
  }
}

function two(number: number): string {
  return String(Math.floor(number) % 60).padStart(2, '0');
}
