import fc from 'fast-check';
import { givenBy, givenOf } from '../../src/controls/given.ts';
import { exampleEngine } from '../../src/rules/example-host.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';

it('is the same whether containers are asked one by one or share what they ask alike', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, ({ containers, engine }) => {
      const all = containers.state === 'read' ? containers.value.read : [];
      const by = engine.state === 'read' ? engine.value : exampleEngine;
      expect(all.map(givenBy(by))).toEqual(all.map((one) => givenOf(one, by)));
    }),
  );
});

it('is one and the same for containers that differ in nothing that decides it', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, ({ containers }) => {
      const given = givenBy(exampleEngine);
      for (const one of containers.state === 'read' ? containers.value.read : []) {
        expect(given({ ...one, ...{ id: 'other', name: 'other' } })).toBe(given(one));
      }
    }),
  );
});
