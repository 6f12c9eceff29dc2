import { expect, test } from 'vitest';
import { slicesOf } from '../../server/src/analysis/slices';

const engine = `kind: Pod
spec: { containers: [{ image: vllm/vllm-openai, envFrom: [{ configMapRef: { name: transport } }] }] }
`;
const object = (kind: string, name: string) => `kind: ${kind}\nmetadata:\n  name: ${name}\ndata: { UCX_TLS: tcp }\n`;

/** Which documents of a file are read, by their numbers. */
function kept(...documents: string[]): number[] {
  const texts = slicesOf('kubernetes', documents.join('---\n')).map(({ text }) => text.replace(/^---\n/, '').trim());
  return texts.map((text) => documents.findIndex((document) => document.trim() === text));
}

test('documents with words of ours, and those that they are asked about', () => {
  expect(kept(engine, object('Secret', 'a'), object('Service', 'b'), object('NetworkPolicy', 'c'))).toEqual([0, 2, 3]);
  expect(kept(object('InferencePool', 'p'), object('MultiRoleInference', 'm'), object('Role', 'r'))).toEqual([0, 1]);
});

test('definitions of kinds start nothing, whatever their texts speak of', () => {
  const definition = (kind: string) => `apiVersion: v1\n${kind}\nspec: { description: image vllm/vllm-openai }\n`;
  expect(kept(definition('kind: CustomResourceDefinition'), engine)).toEqual([1]);
  expect(kept(definition('kind: "CustomResourceDefinition"'), engine)).toEqual([1]);
  expect(kept(definition('kind: Pod\nof: { kind: CustomResourceDefinition }'), engine)).toEqual([0, 1]);
});

test('a ConfigMap takes part when another document names it', () => {
  expect(kept(object('ConfigMap', 'transport'), engine, object('ConfigMap', 'dashboard'))).toEqual([0, 1]);
  expect(kept(object('ConfigMap', 'transport'), object('ConfigMap', 'other'))).toEqual([]);
});

test('other files are read as a whole', () => {
  expect(slicesOf('shell', 'vllm serve m\n---\necho\n')).toEqual([{ start: 0, text: 'vllm serve m\n---\necho\n' }]);
});
