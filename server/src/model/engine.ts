import type { Place, Reason, SourceText } from '../syntax';
import type { ConfigFile } from './config-file';
import type { ConfigMap } from './config-map';
import type { Container } from './container';
import type { Environment } from './environment';
import type { Flags } from './flags';
import type { InferencePool } from './inference-pool';
import type { FlagObject, KvTransferConfig } from './kv-transfer-config';
import type { LmcacheConfig } from './lmcache-config';
import type { MetricUse } from './metric-use';
import type { NetworkPolicy } from './network-policy';
import type { Pod } from './pod';
import type { RequestProxy } from './proxy';
import type { EngineRole } from './role';
import type { Service } from './service';
import type { Value } from './value';

/** How an engine is started, which decides what may be argued from it. */
export type EntryPoint =
  | 'vllm serve'
  | 'api_server' // python -m vllm.entrypoints.openai.api_server
  | 'image' // bare arguments for an image whose entry point is vLLM
  | 'dynamo.vllm' // python -m dynamo.vllm
  | 'config file' // a vLLM --config file on its own
  | 'json file' // a kv-transfer-config in a file of its own
  | 'env file' // an environment file on its own
  | 'ucx config file' // a ucx.conf
  | 'nixl config file' // NIXL's own file of settings
  | 'lmcache config file'; // LMCache's

/** A version that we take for granted, and why. */
export interface AssumedVersion {
  /** As the release is named, for example `0.11.0` or `1.22`. */
  readonly version: string;
  readonly from: 'comment' | 'image' | 'requirement' | 'setting' | 'implied';
  /** Where it is said, when it is said in a file. */
  readonly place?: Place | undefined;
}

export interface EngineVersions {
  readonly vllm?: AssumedVersion | undefined;
  readonly nixl?: AssumedVersion | undefined;
  readonly ucx?: AssumedVersion | undefined;
}

export type Platform = 'cuda' | 'rocm' | 'xpu' | 'tpu' | 'cpu';

/** Known numbers of ranks; `undefined` when given but unknown, the default of 1 (or 0) when provably not given. */
export interface Parallelism {
  readonly tensor: number | undefined;
  readonly pipeline: number | undefined;
  readonly data: number | undefined;
  /** Data-parallel ranks in this process group on this node. */
  readonly dataLocal: number | undefined;
  /** Global rank of the first local one. */
  readonly dataStart: number | undefined;
}

/** Where an engine's sockets live. Engines with the same `key` share one set of ports. */
export interface NetworkNamespace {
  readonly key: string;
  /** `pod`, `container` (own address in a bridge network), `host` (hostNetwork, `network_mode: host`, a plain process). */
  readonly kind: 'pod' | 'container' | 'host' | 'unknown';
  /** A pod of its own as it is written, to which a template or an overlay may add `hostNetwork: true`. */
  readonly mayBeHost?: boolean;
  /** What a reader would call it: "pod `decode`", "this script". */
  readonly label: string;
}

/** Which command of a script starts an engine, and when: what does not run at the same time shares no ports. */
export interface Turn {
  /** Tells scripts apart. */
  readonly script: object;
  /** Commands count up in the order in which they run. */
  readonly command: number;
  /** Counts up where the script stops or waits for what it has started. */
  readonly batch: number;
  /** The script goes on before the command has ended. */
  readonly background: boolean;
}

/** Releases that the files install by exact version (`pip install vllm==0.11.0`): the text of each version. */
export interface Pins {
  readonly vllm?: SourceText;
  readonly nixl?: SourceText;
  readonly ucx?: SourceText;
}

/** One vLLM process: everything that the files say about it. */
export interface Engine {
  readonly entry: EntryPoint;
  /** The word, container or file that starts it. */
  readonly place: Place;
  /** Container, service, or script name, for messages. */
  readonly name: string | undefined;
  readonly flags: Flags;
  readonly environment: Environment;
  readonly kvTransfer: KvTransferConfig | undefined;
  /** The other flags whose value is an object. */
  readonly objects?: readonly FlagObject[] | undefined;
  readonly image: Value | undefined;
  readonly versions: EngineVersions;
  /** What is installed for it, whether or not something else decides about its versions. */
  readonly pins?: Pins | undefined;
  readonly platform: Platform | undefined;
  readonly parallel: Parallelism;
  readonly network: NetworkNamespace;
  /** More than one copy of it runs from this definition (replicas, a loop). */
  readonly replicated: boolean;
  /** Why this launch may not happen as written (a branch, a loop, a function that is never called). */
  readonly conditional: Reason | undefined;
  /** The commands that start it, of the outermost script first; none when no script does. */
  readonly turns?: readonly Turn[] | undefined;
  /** The router that puts the engine's own address over the one that it advertises, where the workload tells. */
  readonly addressRewrittenBy?: string | undefined;
  /** The file of a library's own settings that this was read from. */
  readonly configFile?: ConfigFile | undefined;
  /** LMCache's file that this was read from. */
  readonly lmcache?: LmcacheConfig | undefined;
  /** The container that it runs in, where the files describe one, and its pod. */
  readonly container?: Container | undefined;
  readonly pod?: Pod | undefined;
  /** What it does, by the strongest evidence; none where nothing tells. */
  readonly role?: EngineRole | undefined;
}

/** Another program that listens, or dials, in a namespace (a proxy, a routing sidecar). */
export interface Listener {
  readonly network: NetworkNamespace;
  readonly port: number;
  /** For messages: "the proxy's `--port`". */
  readonly label: string;
  readonly place: Place;
}

/** Something that could not be checked, to be listed and never shown as a pass. */
export interface Unchecked {
  readonly place: Place | undefined;
  readonly reason: string;
}

/** All that one document says. */
export interface Deployment {
  readonly engines: readonly Engine[];
  readonly listeners: readonly Listener[];
  readonly unchecked: readonly Unchecked[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly configMaps: readonly ConfigMap[];
  readonly policies: readonly NetworkPolicy[];
  readonly pools: readonly InferencePool[];
  /** Programs that stand before engines, with their flags; those whose port is known are listeners, too. */
  readonly proxies: readonly RequestProxy[];
  /** Metrics that alerts, dashboards and autoscalers ask for. */
  readonly metrics: readonly MetricUse[];
  /**
   * Texts that stand elsewhere and were read here as a part of something: a ConfigMap's script by the container that runs
   * it, a manifest by the kustomization that lists it. What they say on their own counts no longer.
   */
  readonly claims?: readonly Place[] | undefined;
}
