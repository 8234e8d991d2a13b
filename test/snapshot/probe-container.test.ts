import { listContainers } from '../../src/snapshot/list-containers.ts';
import { recordedReader } from '../support/recorded-reader.ts';

const probe = {
  Id: 'f00d',
  Names: ['/seawall-probe-0123456789ab'],
  State: 'created',
  Labels: { 'seawall.probe': '1' },
};

async function isListed(changes: object): Promise<boolean> {
  const answer = [{ ...probe, ...changes }];
  return (await listContainers(recordedReader({ '/containers/json': answer }))).length === 1;
}

it('is no container of the host', async () => {
  expect(await isListed({})).toBe(false);
});

// Whoever may name a container could otherwise hide it.
it.each([
  ['with the label alone', { Names: ['/web'] }],
  ['with a name that holds it', { Names: ['/my-seawall-probe-1'] }],
  ['with the name alone', { Labels: {} }],
  ['without labels', { Labels: null }],
  ['with another value of the label', { Labels: { 'seawall.probe': '2' } }],
  ['that runs', { State: 'running' }],
  ['that ran', { State: 'exited' }],
])('does not hide a container %s', async (_, changes) => {
  expect(await isListed(changes)).toBe(true);
});
