import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { socketsRead } from '../../snapshot/evidence.ts';
import type { ListeningSocket } from '../../snapshot/facts/listeners.ts';
import { scopeOf } from '../../surface/addresses.ts';
import { hostSockets } from '../../surface/listening.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';
import { swarmOff, swarmState } from '../swarm-node.ts';

const LOOK = '“ss -ltn” on the host shows where the port listens';
/** Of Docker, for managers alone. */
const SWARM_PORT = 2377;
const manager = { ...managedSwarm, managerAt: { address: '10.0.0.1', port: 2377 } };

const atWebPort = { ...managedSwarm, managerAt: { address: '10.0.0.1', port: 443 } };
const behindProxy = { ...managedSwarm, managerAt: { address: '203.0.113.9', port: 22 } };

export const swarmPortBound = defineRule({
  id: 'swarm-port-bound',
  title: 'Swarm port listens on one address',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.2', 'cis-1.8:7.2'],
  rationale: 'The port of the managers is then also open to networks without nodes.',
  remediation:
    'Join or create the swarm with `--listen-addr 10.0.0.1:2377`, an address of the inner network.',
  fix: { words: 'Bind the swarm port of {} to one address' },
  consults: ['listeners', 'containers'],
  judge(swarm, { listeners, containers }) {
    const off = swarmOff(swarm);
    if (off) return off;
    const evidence = [swarmState(swarm)];
    const told = 'the engine tells the advertised address only';
    if (!swarm.managerAt) return unknown(`${told}, and none of its own; ${LOOK}`, evidence);
    const { address: own, port } = swarm.managerAt;
    const found = hostSockets({ listeners, containers });
    if (found.state === 'unread') return unknown(`${told}: ${found.reason}; ${LOOK}`, evidence);
    const isSwarms = (one: ListeningSocket) => one.protocol === 'tcp' && one.port === port;
    const sockets = found.value.sockets.filter(isSwarms);
    const addresses = sockets.map(({ address }) => address);
    evidence.push(socketsRead(`listeners at ${port}/tcp`, addresses));
    if (sockets.length === 0) {
      return unknown(`nothing listens at the port ${port} that it advertises; ${LOOK}`, evidence);
    }
    const isOpen = addresses.some((address) => scopeOf(address) === 'every-address');
    if (isOpen && port === SWARM_PORT) {
      return fail(`listens for the swarm at the port ${port} of every address`, evidence);
    }
    const isOpenAsUsual = found.value.sockets.some(
      (one) =>
        one.protocol === 'tcp' &&
        one.port === SWARM_PORT &&
        scopeOf(one.address) === 'every-address',
    );
    if (!isOpen && !isOpenAsUsual && addresses.includes(own)) {
      return pass(`listens for the swarm at ${enumerate(addresses)} alone`, evidence);
    }
    // What it advertises may be led on to another port, and another program be at this one.
    const reason = `whether the swarm or another program listens at the port ${port} of ${isOpen ? 'every address' : enumerate(addresses)} was not read`;
    return unknown(`${reason}; ${LOOK}`, evidence);
  },
  examples: {
    pass: [{ swarm: manager, listeners: listening('10.0.0.1') }],
    fail: [
      { swarm: manager, listeners: listening('::') },
      { swarm: manager, listeners: listening('10.0.0.1', '0.0.0.0') },
    ],
    unknown: [
      { swarm: manager },
      { swarm: manager, listeners: listening() },
      { swarm: managedSwarm, listeners: listening('10.0.0.1') },
      { swarm: manager, listeners: listening('10.0.0.5') },
      { swarm: behindProxy, listeners: listening('0.0.0.0') },
      // A program of another kind at the port that the swarm advertises.
      { swarm: atWebPort, listeners: listening('0.0.0.0', ['10.0.0.1', 443]) },
      { swarm: joinedSwarm },
      { swarm: { state: 'locked' } },
    ],
    'not-applicable': [{}],
  },
});

/** What listens on the network of an example's host at the port of its manager, and beside it. */
function listening(
  ...addresses: (string | [string, number])[]
): NonNullable<ExampleHost['listeners']> {
  const at = (address: string, port: number): ListeningSocket => ({
    ...{ protocol: 'tcp', address, port },
    family: address.includes(':') ? 'ipv6' : 'ipv4',
  });
  const sockets = [
    at('0.0.0.0', 22),
    ...addresses.map((one) => (typeof one === 'string' ? at(one, SWARM_PORT) : at(...one))),
  ];
  const host = read({ readAt: '2026-01-01T00:00:00Z', sockets });
  return { containers: [], host, notes: [] };
}
