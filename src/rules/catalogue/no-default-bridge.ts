import { inspected, networkListed } from '../../snapshot/evidence.ts';
import { joinedNamespace, network } from '../example-facts.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

const defaultBridge = network('docker0-net', { isDefaultBridge: true });

export const noDefaultBridge = defineRule({
  id: 'no-default-bridge',
  title: 'Containers do not use the default bridge',
  subject: 'container',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:5.30', 'cis-1.8:5.30'],
  rationale:
    'Every container without a network of its own is on the default bridge, where unrelated containers reach each other.',
  remediation: 'Create a network per application and run with `--network <name>`.',
  fix: { words: 'Move {} to a network of its own' },
  isOfDocker: true,
  needs: ['networks'],
  judge(container, { containers, networks }) {
    const bridge = networks.find((one) => one.isDefaultBridge)?.name ?? null;
    const { networkNamespace } = container;
    const evidence = [
      inspected('NetworkSettings.Networks', container.networks),
      networkListed('default bridge', bridge),
    ];
    if (bridge !== null && networkNamespace.resolved === 'unknown') {
      return unknown('the container whose network it joins cannot be found', evidence);
    }
    if (bridge !== null && container.networks.includes(bridge)) {
      return fail(`is attached to ${bridgeText(bridge)}`, evidence);
    }
    // Whoever joins a container's network namespace is on that container's networks.
    const joined = networkNamespace.via.at(-1);
    const owner =
      joined === undefined ? undefined : containers.read.find(({ name }) => name === joined);
    if (bridge !== null && owner?.networks.includes(bridge)) {
      evidence.push(inspected(`NetworkSettings.Networks of ${owner.name}`, owner.networks));
      return fail(`is on ${bridgeText(bridge)} through ${owner.name}`, evidence);
    }
    return pass('is not on the default bridge', evidence);
  },
  examples: {
    pass: [
      { container: { networks: ['backend'] }, networks: [network('backend'), defaultBridge] },
      { container: { networks: ['bridge'] }, networks: [network('bridge')] },
      { container: { networks: [] }, networks: [] },
      { ...joining('backend'), networks: [network('backend'), defaultBridge] },
    ],
    fail: [
      { container: { networks: ['docker0-net'] }, networks: [defaultBridge] },
      {
        container: { networks: ['backend', 'docker0-net'] },
        networks: [network('backend'), defaultBridge],
      },
      { ...joining('docker0-net'), networks: [defaultBridge] },
    ],
    unknown: [
      {
        container: { networks: [], networkNamespace: joinedNamespace('unknown') },
        networks: [defaultBridge],
      },
    ],
  },
});

/** Docker calls it `bridge`, which says nothing more. */
const bridgeText = (name: string): string =>
  name === 'bridge' ? 'the default bridge' : `the default bridge ${name}`;

/** A container that joined the network of another one, which is in this. */
function joining(network: string) {
  return {
    container: { networks: [], networkNamespace: joinedNamespace('shared', 'proxy') },
    otherContainers: [{ name: 'proxy', networks: [network] }],
  };
}
