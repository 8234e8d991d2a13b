import { enumerate } from '../../shared/text.ts';
import type { PortFact } from '../../snapshot/facts/container.ts';
import { scopeOf } from '../../surface/addresses.ts';
import { publishedEvidence } from '../../surface/published-ports.ts';
import { hostNamespace, network, port, swarmTask } from '../example-facts.ts';
import { notOpened, notShown } from '../example-ports.ts';
import { isEnginePort, isManagerPort, portLine } from '../ports.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

export const noPublicPort = defineRule({
  id: 'no-public-port',
  title: 'Published ports are not open on every interface',
  subject: 'container',
  severity: 'medium',
  pillar: 'privilege',
  controls: ['cis-1.6:5.14', 'cis-1.8:5.14'],
  rationale:
    'A port on every interface is open to each network the host is in, now and later; Docker opens it past most host firewalls.',
  remediation:
    'Name the address: `--publish 127.0.0.1:8080:80`, or the address of the one network that needs it.',
  fix: {
    words: 'Publish the ports of {} on one address only',
    change: (seen) => {
      const ports = seen('NetworkSettings.Ports').join(', ');
      return {
        run: `publish on one address: --publish 127.0.0.1:PORT:PORT, now ${ports}`,
        compose: `ports: ["127.0.0.1:PORT:PORT"], now ${ports}`,
      };
    },
  },
  facet: 'public-port',
  consults: ['engine', 'networks', 'swarm'],
  judge(container, _facts, { publishedOf }) {
    const published = publishedOf(container);
    const isOpen = ({ hostIp }: PortFact) => scopeOf(hostIp) === 'every-address';
    const open = published.all.filter(isOpen);
    const evidence = publishedEvidence(published, isOpen, portLine);
    if (open.length === 0 && published.gap !== null) return unknown(published.gap, evidence);
    if (open.length === 0) return pass('publishes no port on every interface', evidence);
    const ports = [...new Set(open.map((one) => `${one.containerPort}/${one.protocol}`))].sort();
    const message = `publishes ${enumerate(ports)} on every interface`;
    const isForManagement = open.every((one) => isEnginePort(one) || isManagerPort(one));
    return fail(message, evidence, isForManagement ? { cause: 'no-management-port' } : {});
  },
  examples: {
    pass: [
      { container: { ports: [] } },
      { container: { ports: [port('127.0.0.1', 8080), port('::1', 8080)] } },
      { container: { ports: [port('192.0.2.7', 443)] } },
      { container: { networkNamespace: hostNamespace, networks: ['host'] } },
      notOpened(8080),
      {
        // By the engine's own setting.
        container: { ports: [port('', 8080)], state: 'created', networks: ['local'] },
        networks: [network('local', { publishesOn: '127.0.0.1' })],
      },
      {
        // An internal network publishes nothing.
        container: { ports: [port('0.0.0.0', 8080)], state: 'exited', networks: ['inner'] },
        networks: [network('inner', { isInternal: true })],
      },
    ],
    fail: [
      { container: { ports: [port('0.0.0.0', 8080)] } },
      { container: { ports: [port('::', 443)] } },
      { container: { ports: [port('', 8080)] } },
      { container: { ports: [port('127.0.0.1', 8080), port('::', 8080)] } },
      { container: { ports: [port('0.0.0.0', 0)], state: 'created' } },
      {
        container: { ports: [port('', 8080)], state: 'created', networks: ['local', 'wide'] },
        networks: [network('local', { publishesOn: '127.0.0.1' }), network('wide')],
      },
      {
        // Through which a rootless Podman publishes all the same.
        container: { ports: [port('0.0.0.0', 8080)], state: 'exited', networks: ['inner'] },
        engine: { isPodman: true },
        networks: [network('inner', { isInternal: true })],
      },
      swarmTask(80),
    ],
    unknown: [notShown(8080), swarmTask(null)],
  },
});
