import type { JudgedContainer } from '../../controls/container-controls.ts';
import type { Held } from '../../controls/held-alike.ts';
import { distinct } from '../../shared/distinct.ts';
import { once } from '../../shared/once.ts';
import { enumerate } from '../../shared/text.ts';
import { inspected, policySaid } from '../../snapshot/evidence.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { networksBeside } from '../../surface/own-address.ts';
import { containerKey, ofContainer } from '../container-key.ts';
import { judgeNamespace } from '../control-evidence.ts';
import { hostNamespace, joinedNamespace, network, port, swarmTask } from '../example-facts.ts';
import { defineRule, fail, needsPolicy, pass, unknown } from '../rule.ts';

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
  consults: ['engine', 'networks', 'swarm', 'processes'],
  prepare: () => once((held: Held) => judgeNamespace(held, 'ns-net', 'network')),
  judge(container, { engine, networks }, { policy, heldAlike, publishedOf }, placeOf) {
    const { exposedPorts } = container;
    const published = publishedOf(container);
    const place = placeOf(heldAlike(container.id));
    const apart =
      place.verdict === 'unknown' ? `may open ports on another network: ${place.reason}` : null;
    const gap = published.gap ?? whyOpen(container, { engine, networks }) ?? apart;
    const all = [...published.all, ...exposedPorts];
    const open = distinct(all.map((one) => `${one.containerPort}/${one.protocol}`));
    const evidence = [inspected('NetworkSettings.Ports and Config.ExposedPorts', open)];
    // By one of its processes too, which entered that.
    if (place.verdict === 'fail') {
      const reason = "shares the host's network, so what it opens is not shown as its own";
      return unknown(reason, [...evidence, ...(place.evidence ?? [])]);
    }
    if (open.length === 0 && apart !== null) return unknown(apart, evidence);
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
      { container: { ports: [port('::', 443)] }, ...declaring({ web: ['8080/tcp'] }) },
      {
        container: {
          exposedPorts: [{ containerPort: 8080, protocol: 'tcp' }],
          composeProject: 'shop',
          composeService: 'front',
        },
        ...declaring({ 'shop/front': ['8080'] }),
      },
    ],
    fail: [
      { container: { ports: [port('::', 443)] }, ...declaring({ web: ['80/tcp'] }) },
      {
        container: { exposedPorts: [{ containerPort: 8080, protocol: 'udp' }] },
        ...declaring({ web: ['8080'] }),
      },
      { container: { ports: [port('127.0.0.1', 9000)] }, ...declaring({ web: [] }) },
      { ...swarmTask(80), ...declaring({ shop: [] }) },
    ],
    unknown: [
      // Every port is open there that something listens on.
      {
        container: { networks: ['lan'] },
        networks: [network('lan', { driver: 'macvlan' })],
        ...declaring({ web: [] }),
      },
      { ...swarmTask(null), ...declaring({ shop: [] }) },
      { container: { ports: [port('0.0.0.0', 443)] } },
      { container: { ports: [port('0.0.0.0', 443)] }, ...declaring({ db: ['5432'] }) },
      { container: { networkNamespace: hostNamespace, networks: ['host'] } },
      { container: { networkNamespace: joinedNamespace('unknown') }, ...declaring({ web: [] }) },
    ],
  },
});

/** Why a container may open more than it publishes or exposes; null where it does not. */
function whyOpen(
  container: JudgedContainer,
  { engine, networks }: Pick<Snapshot, 'engine' | 'networks'>,
): string | null {
  const isPodman = engine.state === 'read' && engine.value.isPodman;
  const beside = networksBeside(container, { networks, isPodman });
  if (beside.state === 'unread') return beside.reason;
  return beside.value.length === 0
    ? null
    : `is reached at an address of its own in ${enumerate(beside.value)}, on every port that something listens on`;
}

function declaring(declaredPorts: Record<string, string[]>) {
  return { policy: { declaredPorts } };
}
