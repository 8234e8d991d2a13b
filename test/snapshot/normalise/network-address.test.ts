import { foreign } from '../../../src/snapshot/foreign.ts';
import { networkAddress } from '../../../src/snapshot/normalise/networks.ts';
import { readInspected } from '../../support/inspect-answer.ts';

it.each([
  ['172.17.0.2', ['172.17.0.2']],
  ['172.17.0.1/16', ['172.17.0.1']],
  ['FD00:0:0::2', ['fd00::2']],
  ['::1', ['::1']],
  ['', []],
  ['<@U1>', []],
  ['1'.repeat(10_000), []],
])('takes %j', (written, expected) => {
  expect(networkAddress(foreign('an answer', written))).toEqual(expected);
});

it('finds those of a container in each network that gave it one', async () => {
  const endpoint = {
    ...{ IPAddress: '172.18.0.2', GlobalIPv6Address: '', Gateway: '172.18.0.1' },
    NetworkID: 'f00d',
  };
  const Networks = { lan: endpoint, idle: { ...endpoint, IPAddress: '' }, gone: null };
  const { networks, networkIds, networkAddresses } = await readInspected({
    top: { NetworkSettings: { Networks, Ports: {} } },
  });

  expect(networks).toEqual(['gone', 'idle', 'lan']);
  expect(networkIds).toEqual([
    { network: 'idle', id: 'f00d' },
    { network: 'lan', id: 'f00d' },
  ]);
  expect(networkAddresses).toEqual([
    { network: 'lan', own: ['172.18.0.2'], gateways: ['172.18.0.1'] },
  ]);
});
