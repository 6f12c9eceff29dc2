import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Deployment, type Place, placeOf, type TreeNode } from '../../server/src/model';
import { detectHost } from '../../server/src/readers';
import { read } from './support';

// Real manifests beside the checkout, where there are any; the project does not need them.
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const present = existsSync(corpus);
const files = present
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ya?ml|json)$/.test(name))
  : [];

/** Every place that a deployment speaks of. */
function* places(deployment: Deployment): Iterable<Place> {
  const { engines, listeners, unchecked, services } = deployment;
  yield* placesOfObjects(deployment);
  for (const engine of engines) {
    yield engine.place;
    for (const flag of engine.flags.list) {
      yield flag.text.place();
      for (const value of flag.values) yield placeOf(value);
    }
    for (const { nameText, value } of engine.environment.variables) {
      yield nameText.place();
      yield placeOf(value);
    }
    if (engine.kvTransfer) {
      yield engine.kvTransfer.place;
      yield* engine.kvTransfer.problems.map(({ place }) => place);
      if (engine.kvTransfer.root) yield* placesIn(engine.kvTransfer.root);
    }
  }
  yield* [...listeners, ...services].map(({ place }) => place);
  for (const { place } of unchecked) if (place) yield place;
}

function* placesOfObjects({ pods, services, configMaps, policies, pools, proxies }: Deployment): Iterable<Place> {
  for (const pod of pods) {
    yield* [pod.place, ...pod.replicas.places, ...pod.groupSize.places, ...pod.volumes.map(({ place }) => place)];
    yield* [pod.labels, pod.annotations].flatMap(({ list }) => list.map(({ keyPlace }) => keyPlace));
    for (const { place, whole, image, limits, requests, ports, mounts, probes } of pod.containers) {
      yield* [place, whole, ...(image ? [placeOf(image)] : [])];
      yield* [...limits, ...requests].flatMap(({ namePlace, value }) => [namePlace, placeOf(value)]);
      yield* [...ports, ...mounts, ...probes].map((one) => one.place);
    }
  }
  yield* [...services.flatMap(({ ports }) => ports), ...configMaps, ...policies, ...pools, ...proxies].map(
    ({ place }) => place,
  );
  for (const { data } of configMaps) yield* data.map(({ place }) => place);
}

function* placesIn(node: TreeNode): Iterable<Place> {
  yield node.place;
  if (node.type === 'array') for (const item of node.items) yield* placesIn(item);
  if (node.type === 'object') {
    for (const { keyPlace, keyText, value } of node.members) {
      yield keyPlace;
      yield keyText.place();
      yield* placesIn(value);
    }
  }
}

function misplaced(deployment: Deployment): string[] {
  return [...places(deployment)].flatMap(({ source, span }) => {
    const { root, span: at } = source.locate(span);
    const inside = span.start >= 0 && span.start <= span.end && span.end <= source.length;
    return inside && at.start >= 0 && at.start <= at.end && at.end <= root.length ? [] : [JSON.stringify({ span, at })];
  });
}

describe.skipIf(!present)('real manifests', () => {
  test('are read, with every place inside its text', () => {
    let engines = 0;
    for (const name of files) {
      const text = readFileSync(`${corpus}/${name}`, 'utf8');
      if (detectHost(name, text) === undefined) continue;
      const deployment = read(name, text);
      expect([name, misplaced(deployment)]).toEqual([name, []]);
      engines += deployment.engines.length;
    }
    expect(engines).toBeGreaterThan(100);
  });

  test('are read whatever is cut off', () => {
    for (const name of files.filter((_, index) => index % 6 === 0)) {
      const text = readFileSync(`${corpus}/${name}`, 'utf8').slice(0, 20_000);
      for (let part = 1; part <= 5; part++) {
        const cut = text.slice(0, Math.floor((text.length * part) / 6));
        if (detectHost(name, cut)) expect([name, part, misplaced(read(name, cut))]).toEqual([name, part, []]);
      }
    }
  });
});
