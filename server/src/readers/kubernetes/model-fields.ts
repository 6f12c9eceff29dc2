import { type EngineRole, type Flag, Flags, knownInteger, type Resource, type Value } from '../../model';
import { at, isScalar, member, type ObjectNode, type TreeNode } from '../../syntax';
import { readFlags } from '../command/argv';
import { imageReasons } from '../command/containers';
import type { Reading } from '../command/launch';
import { addEngine, type Surroundings } from '../engine';
import { wordsOfList } from './container';
import { readEnvironmentLists } from './container-environment';
import { resourcesIn } from './dynamo';
import { addFieldPod, fieldContainer } from './field-container';
import { type Fill, fillOf, scalarValue } from './fields';
import { imageOfParts } from './image';
import { type PodPlace, podLabel, surroundPod } from './pods';
import { roleByField } from './role-evidence';

/**
 * A model of vLLM's production stack: an entry of `servingEngineSpec.modelSpec` in the chart's values, or the
 * specification of a VLLMRuntime (`helm/templates/deployment-vllm-multi.yaml`,
 * `operator/internal/controller/vllmruntime_controller.go`). Both run `vllm serve` with flags out of fields.
 */
export function readModelFields(node: ObjectNode, place: PodPlace, reading: Reading): boolean {
  const config = at(node, 'vllmConfig');
  const model = at(node, 'modelURL') ?? at(node, 'model', 'modelURL');
  if (!isScalar(model) || (config && config.type !== 'object') || !isModel(node)) return false;
  const fill = fillOf(place.placeholders);
  const image = imageOfModel(node, fill);
  const around = surroundPod(undefined, place, reading);
  const lists = [at(serving(place), 'env'), at(node, 'env'), at(config, 'env')];
  const env = readEnvironmentLists(
    lists.filter((list) => list !== undefined),
    // The chart hands the lists on as they are (`toYaml`), and the runtime's own type takes nothing but texts.
    { fill, notText: around.notText },
  );
  const inside: Surroundings = {
    ...around,
    // Neither the chart nor the operator knows `hostNetwork`.
    network: { ...around.network, kind: 'pod', label: podLabel(around) },
    image,
    variables: env.variables,
    environmentOpen: [...around.environmentOpen, ...env.open, ...imageReasons(image)],
    evidence: around.evidence ?? cacheRole(node),
  };
  const port = at(config, 'port') ?? at(serving(place), 'containerPort');
  const container = fieldContainer(
    {
      place: model.place,
      whole: node.place,
      name: scalarValue(at(node, 'name'), fill),
      image,
      ...resourcesOf(node, fill),
      ports: port ? [portOf(port, fill)] : [],
    },
    env.variables,
    inside,
    around.flagsOpen,
  );
  const pod = addFieldPod(node, place, container, inside, reading);
  const extra = readFlags(
    wordsOfList(at(config, 'extraArgs'), (text) => fill(text)),
    around.flagsOpen,
  );
  const positionals = [scalarValue(model, fill)].filter((value): value is Value => value !== undefined);
  const flags = new Flags([...flagsOf(at(node, 'model'), fill), ...flagsOf(config, fill), ...extra.list], extra.open, [
    ...positionals,
    ...extra.positionals,
  ]);
  addEngine(
    { entry: 'vllm serve', place: model.place, flags },
    { ...inside, container, pod },
    reading.context,
    reading.out,
  );
  return true;
}

function isModel(node: ObjectNode): boolean {
  return ['vllmConfig', 'repository', 'deploymentConfig'].some((key) => member(node, key));
}

/** What the chart's values say about all models. */
function serving({ ancestors }: PodPlace): ObjectNode | undefined {
  return ancestors.findLast((node) => member(node, 'modelSpec'));
}

function imageOfModel(node: ObjectNode, fill: Fill): Value | undefined {
  const image = at(node, 'deploymentConfig', 'image');
  if (image) return imageOfParts([at(image, 'registry'), at(image, 'name')], '/', fill);
  return imageOfParts([at(node, 'repository'), at(node, 'tag')], ':', fill);
}

/** Fields that become flags, whatever else the chart and the operator add. */
const fields: Readonly<Record<string, string>> = {
  port: 'port',
  maxModelLen: 'max-model-len',
  dtype: 'dtype',
  tensorParallelSize: 'tensor-parallel-size',
  maxNumSeqs: 'max-num-seqs',
  gpuMemoryUtilization: 'gpu-memory-utilization',
};

function flagsOf(config: TreeNode | undefined, fill: Fill): Flag[] {
  if (config?.type !== 'object') return [];
  return config.members.flatMap(({ key, keyText, value }): Flag[] => {
    const name = fields[key];
    const given = scalarValue(value, fill);
    if (name === undefined || !given || knownInteger(given) === 0) return [];
    const common = { name, spelled: name, text: keyText, path: [], append: false, negated: false } as const;
    return [{ ...common, fromConfigFile: true, value: given, values: [given] }];
  });
}

function resourcesOf(node: ObjectNode, fill: Fill): { readonly limits: Resource[]; readonly requests: Resource[] } {
  const own = at(node, 'resources');
  const flat = [
    ...fromField(node, 'requestGPU', fill),
    ...fromField(at(node, 'deploymentConfig', 'resources'), 'gpu', fill),
  ];
  return {
    limits: [...resourcesIn(at(own, 'limits'), fill), ...flat],
    requests: resourcesIn(at(own, 'requests'), fill),
  };
}

/** Both name the device apart, or take NVIDIA's. */
function fromField(node: TreeNode | undefined, key: string, fill: Fill): Resource[] {
  const found = member(node, key);
  const value = scalarValue(found?.value, fill);
  const type = at(node, 'requestGPUType') ?? at(node, 'gpuType');
  const name = isScalar(type) && type.type !== 'null' && type.text.length > 0 ? type.text.text : 'nvidia.com/gpu';
  return found && value ? [{ name, namePlace: found.keyPlace, value }] : [];
}

function portOf(node: TreeNode, fill: Fill) {
  return {
    name: undefined,
    number: scalarValue(node, fill),
    hostPort: undefined,
    protocol: undefined,
    place: node.place,
  };
}

/** The role of the engine's LMCache, which the chart hands on. */
function cacheRole(node: ObjectNode): EngineRole | undefined {
  const cache = at(node, 'lmcacheConfig') ?? at(node, 'lmCacheConfig');
  return cache?.type === 'object' ? roleByField(cache) : undefined;
}
