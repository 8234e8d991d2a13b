import { distinct } from '../../shared/distinct.ts';
import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { connection, inspected } from '../../snapshot/evidence.ts';
import type { PortFact, ValueClass } from '../../snapshot/facts/container.ts';
import { ownOfEngines } from '../../snapshot/seen-mounts.ts';
import { isPublicAddress, scopeOf } from '../../surface/addresses.ts';
import { publishedEvidence } from '../../surface/published-ports.ts';
import {
  ENTRYPOINT,
  innerAsksForCertificates,
  isManagerImage,
  socketMounts,
  TLS_FOLDER,
} from '../engine-managers.ts';
import { bind, driverVolume, hostNamespace, port, swarmTask } from '../example-facts.ts';
import { withoutSettings } from '../example-host-files.ts';
import { notOpened, notShown } from '../example-ports.ts';
import { listedLines, tableEvidence, unclear, unresolved, untoldOfEngine } from '../mounts.ts';
import { isEnginePort, isManagerPort, portLine } from '../ports.ts';
import { defineRule, type ExampleHost, fail, notApplicable, pass, unknown } from '../rule.ts';

export const noManagementPort = defineRule({
  id: 'no-management-port',
  title: 'Ports that manage an engine are not open to the outside',
  subject: 'container',
  severity: 'critical',
  pillar: 'privilege',
  controls: [],
  rationale:
    'Anyone who gets in through such a port can start any container and is root on the host. Only a password or a certificate protects it, or nothing.',
  remediation:
    'Publish it on an inner address, e.g. `--publish 127.0.0.1:9443:9443`, and reach it through a tunnel or a VPN.',
  fix: {
    words: 'Publish the management ports of {} on an inner address only',
    change: (seen) => ({
      run: `publish on one address: --publish 127.0.0.1:PORT:PORT, now ${seen('NetworkSettings.Ports').join(', ')}`,
      compose: `ports: ["127.0.0.1:PORT:PORT"], now ${seen('NetworkSettings.Ports').join(', ')}`,
    }),
  },
  facet: 'management-port',
  needs: ['engine'],
  consults: ['networks', 'swarm', 'kernel', 'mountSources', 'hostProcesses', 'hostFiles'],
  prepare({ engine: facts, hostFiles, hostProcesses }) {
    const engine = read(facts);
    const own = ownOfEngines({ engine, hostFiles, hostProcesses });
    const socketPaths = [...facts.socketPaths, ...own.sockets];
    return { socketPaths, known: connection('known socket paths', socketPaths) };
  },
  judge(container, _facts, { mountsOf, publishedOf }, { socketPaths, known }) {
    if (container.networkNamespace.resolved === 'host') {
      const evidence = [inspected('HostConfig.NetworkMode', container.networkNamespace.mode)];
      const reason = 'publishes nothing: it opens its ports on the network of the host itself';
      return notApplicable(reason, evidence);
    }
    const { seen, shown } = mountsOf(container.id);
    const sockets = socketMounts(shown, socketPaths);
    const published = publishedOf(container);
    const isOfManager = (one: PortFact) =>
      isManagerPort(one) && (sockets.length > 0 || isManagerImage(container));
    const isOpen = (one: PortFact) => isOutside(one) && (isEnginePort(one) || isOfManager(one));
    const open = published.all.filter(isOpen);
    const isGuarded = open.length > 0 && open.every(isTlsPort) && published.gap === null;
    const asks = isGuarded ? innerAsksForCertificates(container) : null;
    const mounts = sockets.map(({ one }) => one);
    const evidence = [
      ...publishedEvidence(published, isOpen, portLine),
      inspected('Config.Image', container.imageReference),
      inspected('Mounts', listedLines(mounts)),
      ...tableEvidence(mounts),
      known,
    ];
    if (asks !== null) {
      const asked = inspected('Config.Env (names)', [TLS_FOLDER]);
      evidence.push(inspected('Path', container.executable), asked);
    }
    if (open.length === 0 && published.gap !== null) return unknown(published.gap, evidence);
    const mayBeOne = published.all.some((one) => isOutside(one) && isManagerPort(one));
    const doubts =
      open.length > 0 || !mayBeOne
        ? []
        : [...shown.flatMap(unclear), ...shown.flatMap(unresolved), ...untoldOfEngine(shown, seen)];
    if (doubts.length > 0) {
      return unknown(`whether it manages an engine: ${enumerate(distinct(doubts))}`, evidence);
    }
    if (open.length === 0) {
      return pass(
        'publishes no known management port on every interface or a public address',
        evidence,
      );
    }
    const ports = [...new Set(open.map((one) => `${one.containerPort}/tcp`))].sort();
    const addresses = open.every(({ hostIp }) => isPublicAddress(hostIp))
      ? `on the public address ${enumerate([...new Set(open.map(({ hostIp }) => hostIp))])}`
      : 'on every interface';
    const message = `publishes ${enumerate(ports)}, through which an engine is managed, ${addresses}`;
    if (open.every(isTlsPort) && published.gap !== null) {
      return fail(`${message}; ${published.gap}`, evidence);
    }
    if (!isGuarded || asks === false) return fail(message, evidence);
    return asks
      ? fail(`${message}, to whoever has a certificate`, evidence, { severity: 'medium' })
      : fail(`${message}, where an engine by custom asks for a certificate`, evidence, {
          severity: 'high',
        });
  },
  examples: {
    pass: [
      { container: { ports: [] } },
      { container: { ports: [port('0.0.0.0', 8080)] } },
      // Others use the same number, and own nothing.
      publishes('0.0.0.0', 9000, { imageReference: 'minio/minio:1' }),
      publishes('127.0.0.1', 9443, { imageReference: 'portainer/portainer-ce:2' }),
      ...['127.0.0.1', '10.1.2.3', '192.168.1.5', 'fd00::5', 'fe80::1', '100.64.0.9'].map((ip) =>
        publishes(ip, 2375),
      ),
      notOpened(2375),
    ],
    fail: [
      publishes('0.0.0.0', 2375),
      { ...publishes('::', 2376), severity: 'high' },
      { ...publishes('::', 2376, inDocker('plain')), severity: 'medium' },
      // What else it was told may be to use none.
      { ...publishes('::', 2376, withArguments('plain')), severity: 'high' },
      { ...publishes('::', 2376, inDocker('empty')), severity: 'critical' },
      { ...publishes('::', 2376, withArguments('empty')), severity: 'critical' },
      // The port of its service that nobody read may be the other.
      {
        ...swarmTask(null),
        container: {
          ...swarmTask(null).container,
          ports: [{ ...port('::', 2376), containerPort: 2376 }],
        },
        severity: 'critical',
      },
      publishes('::', 2375, inDocker('plain')),
      publishes('0.0.0.0', 9443, { imageReference: 'portainer/portainer-ce:2' }),
      publishes('203.0.113.7', 2375),
      publishes('2001:db8::7', 2375),
      publishes('', 9001, { imageReference: 'registry.example/portainer/agent:2' }),
      publishes('0.0.0.0', 9000, {
        imageReference: 'registry.example/panel:1',
        mounts: [bind('/run/docker.sock')],
      }),
      {
        // A link to the folder of the socket.
        ...publishes('0.0.0.0', 9000, { imageReference: 'panel:1', mounts: [bind('/srv/link')] }),
        mountSources: [{ path: '/srv/link', leadsTo: read('/run'), alike: [] }],
      },
      swarmTask(2375),
    ],
    unknown: [
      notShown(2375),
      swarmTask(null),
      publishes('0.0.0.0', 9000, { mounts: [driverVolume('local-persist')] }),
      {
        ...publishes('0.0.0.0', 9000, { imageReference: 'panel:1', mounts: [bind('/srv/link')] }),
        mountSources: [],
      },
      {
        ...publishes('0.0.0.0', 9000, { imageReference: 'panel:1', mounts: [bind('/srv/data')] }),
        ...withoutSettings,
      },
    ],
    'not-applicable': [{ container: { networkNamespace: hostNamespace, networks: ['host'] } }],
  },
});

function publishes(
  hostIp: string,
  containerPort: number,
  container: ExampleHost['container'] = {},
): ExampleHost {
  const published = { ...port(hostIp, containerPort), containerPort };
  return { container: { ...container, ports: [published] } };
}

const isOutside = ({ hostIp }: PortFact): boolean =>
  scopeOf(hostIp) === 'every-address' || isPublicAddress(hostIp);

const isTlsPort = ({ containerPort }: PortFact): boolean => containerPort === 2376;

/** An engine in a container, with what the variable says of its certificates. */
function inDocker(valueClass: ValueClass): NonNullable<ExampleHost['container']> {
  const environment = [{ name: TLS_FOLDER, valueClass }];
  return { executable: ENTRYPOINT, hasNoArguments: true, environment };
}

function withArguments(valueClass: ValueClass): NonNullable<ExampleHost['container']> {
  const { hasNoArguments: _none, ...others } = inDocker(valueClass);
  return others;
}
