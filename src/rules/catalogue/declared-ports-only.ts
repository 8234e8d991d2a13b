import { inspected, policySaid } from '../../snapshot/evidence.ts';
import { publishedPorts } from '../../surface/published-ports.ts';
import { containerKey, ofContainer } from '../container-key.ts';
import { hostNamespace, port, swarmTask } from '../example-facts.ts';
import { needsPolicy } from '../open-questions.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';
import { enumerate } from '../words.ts';

export const declaredPortsOnly = defineRule({
  id: 'declared-ports-only',
  title: 'Only declared ports are open',
  subject: 'container',
  severity: 'medium',
  pillar: 'privilege',
  controls: ['cis-1.6:5.9', 'cis-1.8:5.9'],
  rationale: 'Nobody watches a port that nobody declared. Often it is left over from debugging.',
  remediation:
    'Drop the `--publish` or `EXPOSE` of the extra port, or declare it in `declaredPorts` of the policy.',
  fix: { words: 'Open only the declared ports of {}' },
  needs: ['containers'],
  consults: ['engine', 'networks', 'swarm'],
  judge(container, { engine, networks, swarm }, { policy }) {
    const { exposedPorts, networkNamespace } = container;
    const { own, bySwarm, gap } = publishedPorts(container, { engine, networks, swarm });
    const all = [...own, ...bySwarm, ...exposedPorts];
    const open = [...new Set(all.map((one) => `${one.containerPort}/${one.protocol}`))];
    const evidence = [inspected('NetworkSettings.Ports and Config.ExposedPorts', open)];
    if (networkNamespace.resolved === 'host') {
      const reason = "shares the host's network, so what it opens is not shown as its own";
      return unknown(reason, evidence);
    }
    if (open.length === 0 && gap === null) return pass('opens no port', evidence);
    const key = containerKey(container);
    const declared = policy.declaredPorts && ofContainer(policy.declaredPorts, container);
    evidence.push(policySaid(`policy.declaredPorts[${key}]`, declared ?? null));
    if (!declared) return needsPolicy('declaredPorts', 'which ports it may open', evidence);
    const allowed = declared.map((written) => (written.includes('/') ? written : `${written}/tcp`));
    const extra = open.filter((one) => !allowed.includes(one));
    if (extra.length === 0 && gap !== null) return unknown(gap, evidence);
    return extra.length > 0
      ? fail(`opens ${enumerate(extra)}, which nobody declared`, evidence)
      : pass('opens declared ports only', evidence);
  },
  examples: {
    pass: [
      { container: { ports: [], exposedPorts: [] } },
      {
        container: { ports: [port('::', 443)] },
        policy: { declaredPorts: { web: ['8080/tcp'] } },
      },
      {
        container: {
          exposedPorts: [{ containerPort: 8080, protocol: 'tcp' }],
          composeProject: 'shop',
          composeService: 'front',
        },
        policy: { declaredPorts: { 'shop/front': ['8080'] } },
      },
    ],
    fail: [
      { container: { ports: [port('::', 443)] }, policy: { declaredPorts: { web: ['80/tcp'] } } },
      {
        container: { exposedPorts: [{ containerPort: 8080, protocol: 'udp' }] },
        policy: { declaredPorts: { web: ['8080'] } },
      },
      {
        container: { ports: [port('127.0.0.1', 9000)] },
        policy: { declaredPorts: { web: [] } },
      },
      { ...swarmTask(80), policy: { declaredPorts: { shop: [] } } },
    ],
    unknown: [
      { ...swarmTask(null), policy: { declaredPorts: { shop: [] } } },
      { container: { ports: [port('0.0.0.0', 443)] } },
      {
        container: { ports: [port('0.0.0.0', 443)] },
        policy: { declaredPorts: { db: ['5432'] } },
      },
      { container: { networkNamespace: hostNamespace, networks: ['host'] } },
    ],
  },
});
