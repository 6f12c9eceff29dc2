import { Flags } from '../model';
import { maskTemplates, parseYaml, type Reason, type SourceText } from '../syntax';
import type { Reading } from './command/launch';
import { addEngine, type Surroundings } from './engine';
import { surroundFile } from './vllm-config';

const rest: Reason = { kind: 'host', detail: 'the engine that reads this file' };

/** LMCache's own YAML file: settings of an engine whose command line and environment are elsewhere. */
export function readLmcacheConfig(source: SourceText, { context, out }: Reading): void {
  const { root } = parseYaml(maskTemplates(source));
  const first = root?.type === 'object' ? root.members[0] : undefined;
  if (root?.type !== 'object' || !first) return;
  const around: Surroundings = {
    ...surroundFile(context.name, 'the engine of this file'),
    environmentOpen: [rest],
    flagsOpen: [rest],
  };
  addEngine(
    { entry: 'lmcache config file', place: first.keyPlace, flags: new Flags([], [rest]), lmcache: { root } },
    around,
    context,
    out,
  );
}
