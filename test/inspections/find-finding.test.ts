import { findFinding } from '../../src/inspections/find-finding.ts';

test.each([
  ['open', 'No finding “86acaa3e” is open.', '`findings`'],
  ['accepted', 'No finding “86acaa3e” is accepted.', '`findings accepted`'],
] as const)('says of one that is not among them that it is not %s', (state, message, listed) => {
  const find = () => findFinding(['86acaa3e'], [], () => '', state);

  expect(find).toThrow(message);
  expect(find).toThrow(
    expect.objectContaining({ hint: `${listed} shows each with the code that names it.` }),
  );
});
