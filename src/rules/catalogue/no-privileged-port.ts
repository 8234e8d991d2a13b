import { distinct } from '../../shared/distinct.ts';
import { enumerate } from '../../shared/text.ts';
import { policySaid } from '../../snapshot/evidence.ts';
import type { PortFact } from '../../snapshot/facts/container.ts';
import { publishedEvidence } from '../../surface/published-ports.ts';
import { ofContainer } from '../container-key.ts';
import { hostNamespace, port, swarmTask } from '../example-facts.ts';
import { notOpened, notShown } from '../example-ports.ts';
import { portLine } from '../ports.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

export const noPrivilegedPort = defineRule({
  id: 'no-privileged-port',
  title: 'Containers publish no host ports below 1024',
  subject: 'container',
  severity: 'low',
  pillar: 'privilege',
  controls: ['cis-1.6:5.8', 'cis-1.8:5.8'],
  rationale: 'On ports below 1024 people expect services of the host itself, started by root.',
  remediation:
    'Publish a port from 1024 up, e.g. `--publish 8443:443`, and let the proxy of the host own the low ports.',
  fix: { words: 'Publish {} on a port that needs no privilege' },
  consults: ['engine', 'networks', 'swarm'],
  judge(container, _facts, { policy, publishedOf }) {
    const first = policy.firstUnprivilegedPort;
    const accepted = ofContainer(policy.privilegedPortExceptions, container) ?? [];
    // Port 0 leaves the choice to the engine, which takes an ephemeral one.
    const published = publishedOf(container);
    const isLow = ({ hostPort }: PortFact) =>
      hostPort > 0 && hostPort < first && !accepted.includes(hostPort);
    const low = published.all.filter(isLow);
    const evidence = publishedEvidence(published, isLow, portLine);
    evidence.push(policySaid('policy.firstUnprivilegedPort', first));
    if (accepted.length > 0)
      evidence.push(policySaid('policy.privilegedPortExceptions', accepted.map(String)));
    if (low.length > 0) {
      const ports = distinctHostPorts(low);
      return fail(
        `publishes host port${ports.length > 1 ? 's' : ''} ${enumerate(ports)}`,
        evidence,
      );
    }
    if (published.gap !== null) return unknown(published.gap, evidence);
    const but = accepted.length > 0 ? ' but accepted ones' : '';
    return pass(`publishes no host port below ${first}${but}`, evidence);
  },
  examples: {
    pass: [
      { container: { ports: [] } },
      { container: { ports: [port('127.0.0.1', 1024)] } },
      { container: { ports: [port('::', 8443)] } },
      { container: { ports: [port('0.0.0.0', 0)], state: 'created' } },
      { container: { networkNamespace: hostNamespace, networks: ['host'] } },
      {
        container: { ports: [port('0.0.0.0', 443)] },
        policy: { privilegedPortExceptions: { web: [443] } },
      },
      { container: { ports: [port('0.0.0.0', 443)] }, policy: { firstUnprivilegedPort: 80 } },
      notOpened(80),
      swarmTask(8080),
    ],
    fail: [
      { container: { ports: [port('0.0.0.0', 80)] } },
      { container: { ports: [port('::', 443)] } },
      { container: { ports: [port('127.0.0.1', 1023)] } },
      { container: { ports: [port('0.0.0.0', 8080), port('0.0.0.0', 22)] } },
      {
        container: { ports: [port('0.0.0.0', 80), port('::', 443)] },
        policy: { privilegedPortExceptions: { web: [443], proxy: [80] } },
      },
      swarmTask(80),
    ],
    unknown: [notShown(80), swarmTask(null)],
  },
});

function distinctHostPorts(ports: readonly PortFact[]): string[] {
  return distinct(ports.map(({ hostPort }) => hostPort))
    .sort((a, b) => a - b)
    .map(String);
}
