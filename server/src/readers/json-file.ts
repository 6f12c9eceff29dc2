import { Flags } from '../model';
import { member, parseJson, type SourceText, type TreeNode } from '../syntax';
import type { Reading } from './command/launch';
import { kvTransferText } from './config/kv-transfer';
import { addEngine } from './engine';
import { readWorkloads } from './kubernetes/workloads';
import { readMetrics } from './monitoring/metric-places';
import { surroundFile } from './vllm-config';

/** Names that people give to files with nothing but a kv-transfer-config. */
const ownName = /kv[-_.]?(transfer|connector|config)|nixl/i;

/**
 * A JSON file: all of it is a kv-transfer-config, by its content or by its name; or one is somewhere in it. Any other
 * JSON is none of our business, whatever its mistakes.
 */
export function readJsonFile(source: SourceText, reading: Reading): void {
  const { root } = parseJson(source);
  if (isKvTransfer(root) || (isNamed(reading.context.name) && looksLikeOne(source, root))) {
    addKvTransferFile(source, reading);
    return;
  }
  if (!root) return;
  readWorkloads(root, reading);
  readMetrics(root, reading);
}

function isKvTransfer(root: TreeNode | undefined): boolean {
  return member(root, 'kv_connector') !== undefined || member(root, 'kv_role') !== undefined;
}

function isNamed(name: string): boolean {
  return ownName.test(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
}

/** Named like one, and not plainly something else: broken, empty, or with keys that begin alike. */
function looksLikeOne(source: SourceText, root: TreeNode | undefined): boolean {
  if (root?.type !== 'object') return /\bkv_(connector|role|buffer|rank)/.test(source.text);
  return root.members.some(({ key }) => /^kv_|^engine_id$/.test(key)) && !member(root, 'kv_transfer_config');
}

function addKvTransferFile(source: SourceText, { context, out }: Reading): void {
  const kvTransfer = kvTransferText(source, 'file', { vllm: undefined });
  const around = surroundFile(context.name, 'this configuration');
  const flags = new Flags([], around.flagsOpen);
  const start = Math.max(0, source.text.search(/\S/));
  const place = source.place({ start, end: Math.min(start + 1, source.length) });
  addEngine({ entry: 'json file', place, flags, kvTransfer }, around, context, out);
}
