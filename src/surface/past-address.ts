import { engineMajor } from '../snapshot/engine-version.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { networksCalled } from '../snapshot/own-networks.ts';
import { settingsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { FIRST_TO_DROP, firewallOf, settingOf } from './publishing.ts';

/** An engine warns in /info that it was told to make no such rules by this variable, as Docker Desktop is. */
const DROPS_NOTHING = 'DOCKER_INSECURE_NO_IPTABLES_RAW';

type Sections = Pick<Snapshot, 'engine' | 'networks' | 'hostFiles' | 'hostProcesses'>;
/** Null where nobody knows. */
type ReachedPast = (
  container: Pick<ContainerFacts, 'networks' | 'networkIds'>,
  family: PortFact['family'],
) => boolean | null;

/**
 * Whether machines on a link of the host reach a port of a container past the address on which it is published, as whoever
 * sets a route to the bridge does: null where nobody knows, as of most engines whose settings were not read.
 */
export function reachedPastAddress(snapshot: Sections): ReachedPast {
  const { engine, networks } = snapshot;
  if (engine.state === 'unread') return () => null;
  // A program of the host opens it, and no packet is sent on.
  if (engine.value.isRootless) return () => false;
  const major = engineMajor(engine.value.version);
  if (engine.value.isPodman || major === null) return () => null;
  const { managesIptables, managesIp6tables } = firewallOf(snapshot);
  const isSentOn = sendsOn(snapshot, engine.value, major);
  const listed = networks.state === 'read' ? networks.value : [];
  return (container, family) => {
    const called = container.networks.map((name) => networksCalled(name, container, listed));
    const own = called.flat();
    if (own.some(({ isRouted, trustsLinks }) => isRouted === 'whole' || trustsLinks)) return true;
    const manages = family === 'ipv6' ? managesIp6tables : managesIptables;
    // Without rules of the engine those of the host decide, which nobody reads.
    const isSure = manages.state === 'read' && manages.value;
    const isListed = called.every(
      (all) => all.length > 0 && all.every(({ isRouted }) => !isRouted),
    );
    return isSure && (isSentOn === true || isListed) ? isSentOn : null;
  };
}

/** Whether the rules that an engine makes let such packets through. */
function sendsOn(snapshot: Sections, { warnings }: EngineFacts, major: number): boolean | null {
  if (major < FIRST_TO_DROP || warnings.some((one) => one.includes(DROPS_NOTHING))) return true;
  const settings = settingsOf(snapshot, 'allow-direct-routing');
  const asked = settingOf(settings, 'allowsDirectRouting', { state: 'read', value: false });
  return asked.state === 'read' ? asked.value : null;
}
