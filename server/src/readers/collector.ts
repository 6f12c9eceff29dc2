import type {
  ConfigMap,
  Deployment,
  Engine,
  InferencePool,
  Listener,
  MetricUse,
  NetworkPolicy,
  Pod,
  RequestProxy,
  Service,
  Unchecked,
} from '../model';
import type { Place, Reason } from '../syntax';

const mostCommands = 5_000;

/** Gathers what a document says while it is read. */
export class Collector implements Deployment {
  readonly engines: Engine[] = [];
  readonly listeners: Listener[] = [];
  readonly unchecked: Unchecked[] = [];
  readonly pods: Pod[] = [];
  readonly services: Service[] = [];
  readonly configMaps: ConfigMap[] = [];
  readonly policies: NetworkPolicy[] = [];
  readonly pools: InferencePool[] = [];
  readonly proxies: RequestProxy[] = [];
  readonly metrics: MetricUse[] = [];
  readonly claims: Place[] = [];

  private commands = 0;

  /** False once more commands were read than any file that people write has: scripts that run each other unfold. */
  spendCommand(): boolean {
    this.commands += 1;
    if (this.commands === mostCommands) this.addUnchecked(undefined, `more than ${mostCommands} commands`);
    return this.commands < mostCommands;
  }

  addUnchecked(place: Place | undefined, reason: string): void {
    this.unchecked.push({ place, reason });
  }

  /** A limit that was reached, in words: each once. */
  addLimit(place: Place | undefined, limit: string): void {
    const reason = `${limit}: over the limit`;
    if (!this.unchecked.some((part) => part.reason === reason)) this.addUnchecked(place, reason);
  }

  /** Something whose value is not known, in words. */
  addUnknown(what: string, reason: Reason, place: Place): void {
    this.addUnchecked(place, `${what} is not known: ${inWords(reason)}`);
  }
}

/** Why something is not known, as a clause. */
export function inWords({ kind, detail }: Reason): string {
  const shown = `\`${detail.replace(/\s+/g, ' ').slice(0, 60)}\``;
  switch (kind) {
    case 'variable':
    case 'positional':
      return `${shown} is set elsewhere`;
    case 'command':
    case 'arithmetic':
    case 'pattern':
      return `${shown} is computed when it runs`;
    case 'template':
      return `${shown} is filled in by a template`;
    case 'branch':
      return `${shown} depends on a branch or loop`;
    case 'machine':
      return `it depends on the machine (${shown})`;
    case 'field':
      return `${shown} is filled in by Kubernetes`;
    case 'secret':
      return `it comes from the Secret ${shown}`;
    case 'config-map':
      return `it comes from the ConfigMap ${shown}, which is not in sight`;
    case 'reference':
      return detail;
    case 'file':
    case 'include':
      return `it depends on ${shown}, which is not read`;
    case 'wrapper':
    case 'chart':
      return `${shown} may set it`;
    case 'overlay':
      return `${shown} may change it`;
    case 'image':
      return `the image ${shown} may set it`;
    case 'limit':
      return `${detail}: over the limit`;
    case 'host':
      return `it is inherited from ${detail}`;
    default:
      return `it depends on ${shown}`;
  }
}
