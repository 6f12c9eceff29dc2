import { expect, test } from 'vitest';
import * as library from 'vscode-languageserver-types';
import * as ours from '../../server/src/features/protocol-values';

test.each(Object.keys(ours) as (keyof typeof ours)[])('%s has the values of the protocol', (name) => {
  expect(library[name]).toMatchObject(ours[name]);
});
