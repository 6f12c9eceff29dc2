import { lookupEnv } from '../knowledge';
import { Flags, type Value } from '../model';
import { member, type Place, parseJson, type Reason, type SourceText } from '../syntax';
import type { Reading } from './command/launch';
import { kvTransferText } from './config/kv-transfer';
import { addEngine, type Surroundings } from './engine';

/**
 * A variable that only vLLM with NIXL, or NIXL itself, reads. Other `NIXL_` names are as often those of a build:
 * `NIXL_VERSION`, `NIXL_CACHE_KEY`.
 */
export function isOwnVariable(name: string): boolean {
  return name.startsWith('VLLM_NIXL_') || lookupEnv(name)?.owner === 'nixl';
}

/**
 * Containers that start vLLM out of sight: nothing shows how, but their variables are NIXL's and vLLM's own, or hold a
 * kv-transfer-config. Everything else about them is open.
 * @param likely false when the container plainly runs another program, so that only a kv-transfer-config counts
 */
export function readUnseen(place: Place, around: Surroundings, reading: Reading, likely: boolean): boolean {
  const holder = around.variables.map(({ value }) => value).find(holdsKvTransfer);
  if (!holder && !(likely && around.variables.some(({ name }) => isOwnVariable(name)))) return false;
  const reason: Reason = { kind: 'wrapper', detail: around.name ?? 'the container' };
  const flags = new Flags([], [...around.flagsOpen, reason]);
  const kvTransfer = holder && kvTransferText(holder.source, 'json', { vllm: undefined, layer: around.layer });
  const inside = { ...around, environmentOpen: [...around.environmentOpen, reason] };
  addEngine({ entry: 'image', place, flags, kvTransfer }, inside, reading.context, reading.out);
  return true;
}

/** A text that is a kv-transfer-config by its content. */
function holdsKvTransfer(value: Value): value is Exclude<Value, { kind: 'unknown' }> {
  return value.kind !== 'unknown' && isKvTransferText(value.source);
}

function isKvTransferText(source: SourceText): boolean {
  if (!/^\s*\{/.test(source.text) || !/"kv_(connector|role)"/.test(source.text)) return false;
  const { root } = parseJson(source);
  return member(root, 'kv_connector') !== undefined || member(root, 'kv_role') !== undefined;
}
