import { passOn } from '../../src/shared/pass-on.ts';

it('hands a value over once, and says so where it is asked for again', () => {
  const take = passOn({ facts: 1 });
  expect(take()).toEqual({ facts: 1 });
  expect(take).toThrow('handed over before');
});
