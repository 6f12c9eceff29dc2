import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { type Engine, knownText, type Pod, quantity } from '../../server/src/model';
import { covered, environmentOf, flagLines, misplaced, shown } from './support';

/** What a file in a folder of fixtures says, in short. */
export interface Fixture {
  /** `name | role by evidence | image | entry | where it is pointed at`. */
  readonly engines: readonly string[];
  /** Some flags of the engines, by index. */
  readonly flags: Readonly<Record<number, readonly string[]>>;
  readonly environment: Readonly<Record<number, Readonly<Record<string, string>>>>;
  /** `name:number`, of the engines that have any. */
  readonly ports: Readonly<Record<number, readonly string[]>>;
  /** `name ×replicas /group part`, of all pods. */
  readonly pods: readonly string[];
  /** Ranks: tensor, pipeline, data, local, first. */
  readonly ranks?: Readonly<Record<number, string>>;
  /** GPUs that the containers ask for. */
  readonly gpus?: Readonly<Record<number, number>>;
  /** Texts that follow from others, and are not written where they come from. */
  readonly derived?: readonly string[];
  /** The planted mistake: nothing else above a hint. */
  readonly mistake: { readonly rule: string; readonly covers: string };
}

/** Tries every file of a folder: all engines at their places, with all that is said about them, and its one mistake. */
export function describeFixtures(folder: string, fixtures: Readonly<Record<string, Fixture>>): void {
  test('every fixture is tried', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(fixtures).sort());
  });

  describe.each(Object.entries(fixtures))('%s', (file, fixture) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const analysis = analyze({ name: file, text });
    const { engines, pods } = analysis.deployment;

    test('its engines are found, where they are', () => {
      expect(engines.map(engineLine)).toEqual(fixture.engines);
      expect(engines.flatMap(elsewhere)).toEqual(fixture.derived ?? []);
    });

    test('with their flags, variables, ports, ranks and devices', () => {
      const at = (index: string) => engines[Number(index)]!;
      for (const [index, lines] of Object.entries(fixture.flags))
        expect(flagLines(at(index))).toEqual(expect.arrayContaining([...lines]));
      for (const [index, variables] of Object.entries(fixture.environment))
        expect(environmentOf(at(index))).toMatchObject(variables);
      const ports = [...engines.map(portsOf).entries()].filter(([, list]) => list.length > 0);
      expect(Object.fromEntries(ports)).toEqual(fixture.ports);
      for (const [index, ranks] of Object.entries(fixture.ranks ?? {})) expect(ranksLine(at(index))).toBe(ranks);
      for (const [index, gpus] of Object.entries(fixture.gpus ?? {})) expect(gpusOf(at(index))).toBe(gpus);
    });

    test('in their pods', () => {
      expect(pods.map(podLine)).toEqual(fixture.pods);
      for (const { pod, container } of engines) {
        if (!pod) continue;
        expect(pods).toContain(pod);
        expect(pod.containers).toContain(container);
      }
    });

    test('its mistake is found, and nothing else', () => {
      const found = analysis.problems
        .filter(({ severity }) => severity !== 'hint')
        .map(({ rule, start, end }) => ({ rule, covers: text.slice(start, end) }));
      expect(found).toEqual([fixture.mistake]);
    });
  });
}

function engineLine({ name, role, image, entry, place }: Engine): string {
  const evidence = role ? `${role.role} by ${role.by}` : 'no role';
  return [name, evidence, image ? shown(image) : 'no image', entry, covered(place)].join(' | ');
}

/** Texts that do not stand where they say, but for escapes and the indentation of YAML. */
function elsewhere(engine: Engine): string[] {
  return misplaced(engine).flatMap((line) => {
    const [, text = '', found = ''] = /^\w+: (.*) at (.*)$/s.exec(line) ?? [];
    const bare = (part: string) => part.replace(/\s+|\\/g, '');
    return bare(text) === bare(found) ? [] : [text];
  });
}

function podLine({ name, replicas, groupSize, groupRole }: Pod): string {
  return `${name} ×${replicas.number ?? '?'}${groupRole ? ` /${groupSize.number ?? '?'} ${groupRole}` : ''}`;
}

function ranksLine({ parallel: { tensor, pipeline, data, dataLocal, dataStart } }: Engine): string {
  return [tensor, pipeline, data, dataLocal, dataStart].map((number) => number ?? '?').join(' ');
}

function portsOf({ container }: Engine): string[] {
  return (container?.ports ?? []).map(({ name, number }) => `${knownText(name) ?? ''}:${knownText(number) ?? '?'}`);
}

function gpusOf({ container }: Engine): number | undefined {
  const found = [...(container?.limits ?? []), ...(container?.requests ?? [])].find((one) => /gpu$/.test(one.name));
  return quantity(found?.value);
}
