import type { PortFact } from '../../snapshot/facts/container.ts';
import { inspected } from '../evidence.ts';
import { hostNamespace, port } from '../example-facts.ts';
import { portLine } from '../ports.ts';
import { defineRule } from '../rule.ts';
import { enumerate } from '../words.ts';

/** Default of `net.ipv4.ip_unprivileged_port_start`; ports below it are reserved for root. */
const UNPRIVILEGED_PORT_START = 1024;

export const noPrivilegedPort = defineRule({
  id: 'no-privileged-port',
  title: 'Containers publish no host ports below 1024',
  subject: 'container',
  severity: 'low',
  controls: ['cis-1.6:5.8', 'cis-1.8:5.8'],
  rationale:
    'Ports below 1024 are where others expect services of the host itself, vouched for by root.',
  remediation:
    'Publish a port from 1024 up, e.g. `--publish 8443:443`, and let the proxy of the host own the low ports.',
  needs: ['containers'],
  judge(container) {
    const low = container.ports.filter(isPrivileged);
    const shown = low.length > 0 ? low : container.ports;
    const evidence = [inspected('NetworkSettings.Ports', shown.map(portLine))];
    return low.length > 0
      ? {
          verdict: 'fail',
          message: `publishes host port ${enumerate(distinctHostPorts(low))}`,
          evidence,
        }
      : { verdict: 'pass', message: 'publishes no host port below 1024', evidence };
  },
  examples: {
    pass: [
      { container: { ports: [] } },
      { container: { ports: [port('127.0.0.1', 1024)] } },
      { container: { ports: [port('::', 8443)] } },
      { container: { ports: [port('0.0.0.0', 0)], state: 'created' } },
      { container: { networkNamespace: hostNamespace, networks: ['host'] } },
    ],
    fail: [
      { container: { ports: [port('0.0.0.0', 80)] } },
      { container: { ports: [port('::', 443)] } },
      { container: { ports: [port('127.0.0.1', 1023)] } },
      { container: { ports: [port('0.0.0.0', 8080), port('0.0.0.0', 22)] } },
    ],
  },
});

/** Port 0 leaves the choice to the engine, which takes an ephemeral one. */
const isPrivileged = ({ hostPort }: PortFact) => hostPort > 0 && hostPort < UNPRIVILEGED_PORT_START;

function distinctHostPorts(ports: readonly PortFact[]): string[] {
  return [...new Set(ports.map(({ hostPort }) => hostPort))].sort((a, b) => a - b).map(String);
}
