import { type Analysis, type EnginePort, enginePorts, type FilePlace } from '../analysis';
import {
  type Container,
  connectorName,
  connectorsOf,
  type Engine,
  flagPlace,
  type KubernetesObject,
  knownText,
  type Place,
  type Pod,
  placeOf,
  type RequestProxy,
  type Service,
  type Value,
} from '../model';
import { hull } from './links/link';

/** Numbers of the protocol. */
const KIND = { object: 2, pod: 3, container: 19, engine: 5, service: 11, port: 14, proxy: 12 } as const;

/** Something of ours in a file, in the words of the field. */
export interface FileSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: (typeof KIND)[keyof typeof KIND];
  readonly whole: FilePlace;
  /** What names it. */
  readonly place: FilePlace;
  readonly children: readonly FileSymbol[];
}

/**
 * What a file is made of: objects, their pods where there are several, containers, engines with role, model, connector,
 * and the ports that they listen on; what stands before engines; Services. In the order of the file.
 */
export function symbolsIn(analysis: Analysis): FileSymbol[] {
  return new Outline(analysis).symbols();
}

class Outline {
  readonly #analysis: Analysis;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  symbols(): FileSymbol[] {
    const { engines, pods, proxies, services } = this.#analysis.deployment;
    const contained = new Set(pods.flatMap(({ containers }) => containers));
    const alone = [...engines, ...proxies].filter(({ container }) => !container || !contained.has(container));
    const objects = new Map<object, Pod[]>();
    for (const pod of pods) {
      const key = pod.object ?? pod;
      objects.set(key, [...(objects.get(key) ?? []), pod]);
    }
    return inOrder([
      ...alone.flatMap((one) => ('entry' in one ? this.#engine(one, false) : this.#proxy(one, undefined))),
      ...[...objects.values()].flatMap((group) => this.#object(group)),
      ...services.flatMap((service) => this.#service(service)),
    ]);
  }

  /** A place in the file itself. */
  #at(place: Place | undefined): FilePlace | undefined {
    const located = place && this.#analysis.files.locate(place);
    return located?.file === this.#analysis.name ? located : undefined;
  }

  #object(pods: readonly Pod[]): FileSymbol[] {
    const running = pods.flatMap((pod) => {
      const children = inOrder(pod.containers.flatMap((container) => this.#container(container)));
      return children.length > 0 ? [{ pod, children }] : [];
    });
    const [first] = running;
    if (!first) return [];
    const { object } = first.pod;
    const several = running.length > 1;
    const inside = several ? running.flatMap(({ pod, children }) => this.#pod(pod, children)) : first.children;
    return object ? this.#kubernetes(object, object.kind, inside) : several ? inside : this.#pod(first.pod, inside);
  }

  #kubernetes(object: KubernetesObject, detail: string, children: readonly FileSymbol[]): FileSymbol[] {
    return this.#symbol('object', shown(object.name) ?? object.kind, detail, object.place, object.whole, children);
  }

  #pod(pod: Pod, children: readonly FileSymbol[]): FileSymbol[] {
    const { name, groupRole, replicas } = pod;
    const copies = replicas.number === undefined || replicas.number === 1 ? '' : `× ${replicas.number}`;
    // The name of the object itself tells its parts from nothing.
    const part = groupRole === 'leader' || groupRole === 'worker' ? groupRole : '';
    const own = part !== '' && name === shown(pod.object?.name) ? '' : (name ?? '');
    const title = `${own} ${part}`.trim();
    return this.#symbol('pod', title, copies, pod.place, pod.whole, children);
  }

  #container(container: Container): FileSymbol[] {
    const { engines, proxies } = this.#analysis.deployment;
    const children = [
      ...engines.flatMap((engine) => (engine.container === container ? this.#engine(engine, true) : [])),
      ...proxies.flatMap((proxy) => (proxy.container === container ? this.#proxy(proxy, container) : [])),
    ];
    if (children.length === 0) return [];
    const { name, image, place, whole } = container;
    return this.#symbol('container', shown(name) ?? 'container', shown(image) ?? '', place, whole, children);
  }

  /** @param inside it is shown in its container, which has a name */
  #engine(engine: Engine, inside: boolean): FileSymbol[] {
    const { container } = engine;
    const [started, box] = [this.#at(engine.place), this.#at(container?.whole)];
    // A script that it runs may stand elsewhere.
    const within = !box || (started && box.start <= started.start && started.end <= box.end);
    const place = (within && started) || this.#at(container?.place);
    if (!place) return [];
    const { flags, environment, name } = engine;
    // What a script exports, or another object gives, may be for several engines.
    const own = environment.variables.filter(({ via, passedAt }) => via !== 'shell' && !passedAt);
    const texts = [
      ...flags.list.flatMap((flag) => [flagPlace(flag), ...flag.values.map(placeOf)]),
      ...own.map(({ value }) => placeOf(value)),
    ];
    const whole = box ? hull(place, box)! : texts.reduce((sum, text) => hull(sum, this.#at(text))!, place);
    const kind = engineWords(engine);
    const title = inside || name === undefined ? kind : `${name} (${kind})`;
    const ports = enginePorts(engine).map((port) => this.#port(port, place));
    return [{ name: title, detail: factsOf(engine), kind: KIND.engine, whole, place, children: inOrder(ports) }];
  }

  /** A port where it is written, which may be outside of what starts the engine; a default stands for the engine. */
  #port({ what, numbers, setting, place }: EnginePort, engine: FilePlace): FileSymbol {
    const at = this.#at(place) ?? engine;
    const detail = words(setting, place ? '' : 'default');
    return { name: `${what} ${numbers}`, detail, kind: KIND.port, whole: at, place: at, children: [] };
  }

  #proxy({ label, place, image, container }: RequestProxy, inside: Container | undefined): FileSymbol[] {
    const detail = inside ? '' : (shown(image) ?? shown(container?.name) ?? '');
    return this.#symbol(
      'proxy',
      label.replace(/^the /, ''),
      detail,
      inside?.place ?? place,
      inside?.whole ?? place,
      [],
    );
  }

  #service({ object, ports, headless }: Service): FileSymbol[] {
    const children = ports.flatMap(({ name, port, targetPort, place }) => {
      const target = shown(targetPort);
      const title = `${shown(port) ?? '?'}${target !== undefined && target !== shown(port) ? ` → ${target}` : ''}`;
      return this.#symbol('port', title, shown(name) ?? '', port ? placeOf(port) : place, place, []);
    });
    const detail = headless ? 'headless Service' : 'Service';
    return this.#symbol('service', shown(object.name) ?? 'Service', detail, object.place, object.whole, children);
  }

  #symbol(
    kind: keyof typeof KIND,
    name: string,
    detail: string,
    at: Place,
    around: Place,
    children: readonly FileSymbol[],
  ): FileSymbol[] {
    const place = this.#at(at);
    const own = place && hull(place, this.#at(around));
    if (!own) return [];
    return [{ name: name || kind, detail, kind: KIND[kind], whole: own, place, children }];
  }
}

function inOrder(symbols: readonly FileSymbol[]): FileSymbol[] {
  return [...symbols].sort((a, b) => a.whole.start - b.whole.start || a.place.start - b.place.start);
}

function shown(value: Value | undefined): string | undefined {
  return value && value.kind !== 'unknown' ? value.source.text : undefined;
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** `prefill engine`, `engine` where nothing tells its role. */
function engineWords({ role }: Engine): string {
  return !role ? 'engine' : role.role === 'both' ? 'prefill and decode engine' : `${role.role} engine`;
}

/** Model, connector, sizes and version of an engine. */
function factsOf(engine: Engine): string {
  const { flags, kvTransfer, parallel, versions } = engine;
  const model = flags.get('model')?.value ?? flags.positionals[0];
  const connectors = connectorsOf(kvTransfer).flatMap((connector) => connectorName(connector) ?? []);
  const sizes = [
    ['TP', parallel.tensor],
    ['PP', parallel.pipeline],
    ['DP', parallel.data],
  ].map(([letters, size]) => (typeof size === 'number' && size > 1 ? `${letters} ${size}` : ''));
  const { vllm } = versions;
  return words(
    knownText(model),
    connectors.join(' + '),
    ...sizes,
    vllm && `vLLM ${vllm.version.replace('..', ' to ')}`,
  );
}
