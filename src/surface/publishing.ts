import { type Reading, read, unread } from '../shared/reading.ts';
import { engineMajor } from '../snapshot/engine-version.ts';
import type { DaemonSettings } from '../snapshot/facts/host-files.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { settingsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Whether an engine makes rules of the firewall, for either family of addresses. */
export interface Firewall {
  /** By how the engine was started, where its process was seen, else by its files that are proven its own. */
  managesIptables: Reading<boolean>;
  managesIp6tables: Reading<boolean>;
  /** It starts with no default bridge whose members it would keep apart by rules of IPv4 alone, as no engine does without any. */
  asksForBoth?: boolean;
  /** Families of addresses of which the kernel asks no rules where members of a bridge reach each other; absent for none. */
  unasked?: ('IPv4' | 'IPv6')[];
}

/** How an engine opens the ports that containers publish. */
export interface Publishing extends Omit<Firewall, 'asksForBoth' | 'unasked'> {
  usesUserlandProxy: Reading<boolean>;
  /** What that means for the host's own firewall (ufw, firewalld): one sentence. */
  firewall: string;
}

/** What tells how an engine was set up. */
type Told = Pick<Snapshot, 'hostFiles' | 'hostProcesses' | 'engine'>;

/** Which rules an engine makes. */
export const firewallOf = (snapshot: Told): Firewall => ({
  managesIptables: settingOf(settingsOf(snapshot, 'iptables'), 'managesIptables'),
  managesIp6tables: settingOf(
    settingsOf(snapshot, 'ip6tables'),
    'managesIp6tables',
    ip6tablesByDefault(snapshot.engine),
  ),
  ...(asksForBoth(snapshot.engine) ? { asksForBoth: true } : {}),
  ...unaskedBy(snapshot.engine),
});

/** By the setting that an engine before 28 warns of, such as `bridge-nf-call-iptables is disabled`. */
function unaskedBy(engine: Snapshot['engine']): Pick<Firewall, 'unasked'> {
  const warnings = engine.state === 'read' ? engine.value.warnings : [];
  const isOff = (name: string) => warnings.some((one) => one.includes(`bridge-nf-call-${name} is`));
  const unasked = [
    ...(isOff('iptables') ? (['IPv4'] as const) : []),
    ...(isOff('ip6tables') ? (['IPv6'] as const) : []),
  ];
  return unasked.length === 0 ? {} : { unasked };
}

const asksForBoth = (engine: Snapshot['engine']): boolean =>
  engine.state === 'read' &&
  !engine.value.isPodman &&
  (engineMajor(engine.value.version) ?? 0) >= FIRST_WITH_IP6TABLES;

/**
 * First version that drops what another machine sends to the address of a container itself, or to a loopback address,
 * past the address on which a port is published (release notes of moby 28.0; issue 45610 of moby).
 */
export const FIRST_TO_DROP = 28;

/** First version that makes rules of IPv6 unless it is told not to, and looks at both settings for `icc` (moby, `verifyDaemonSettings`). */
const FIRST_WITH_IP6TABLES = 27;

function ip6tablesByDefault(engine: Snapshot['engine']): Reading<boolean> {
  if (engine.state === 'unread') return engine;
  const { version, isPodman } = engine.value;
  if (isPodman) return read(true);
  const major = engineMajor(version);
  return major === null
    ? unread(`whether ${version} makes rules of IPv6 by itself is not known`)
    : read(major >= FIRST_WITH_IP6TABLES);
}

/** The other settings are on where nobody says anything (dockerd(8)). */
export function publishing(snapshot: Snapshot): Publishing {
  const { engine } = snapshot;
  const { managesIptables, managesIp6tables } = firewallOf(snapshot);
  const told = {
    ...{ managesIptables, managesIp6tables },
    usesUserlandProxy: settingOf(settingsOf(snapshot, 'userland-proxy'), 'usesUserlandProxy'),
  };
  if (engine.state === 'read' && engine.value.isRootless) return { ...told, firewall: ROOTLESS };
  return { ...told, firewall: [firewallSentence(told), ...openToLinks(snapshot, told)].join(' ') };
}

/**
 * A sentence where machines on a link may reach what nobody publishes, none where the engine drops that. Engines let
 * the host send packets on; an old one gives the chain FORWARD a policy that drops them, where the host sent none on before
 * (moby, `setupIPForwarding`), and neither Podman nor one without rules of its own drops any.
 */
function openToLinks({ engine, networks }: Snapshot, told: Firewall): string[] {
  if (engine.state === 'unread') return [];
  const { isPodman, version } = engine.value;
  if (isPodman || isOff(told.managesIptables)) return [`${OPEN_TO_LINKS}: ${BY_POLICY}`];
  if ((engineMajor(version) ?? 0) < FIRST_TO_DROP) {
    return [`${OPEN_TO_LINKS}: before version 28 ${BY_POLICY}`];
  }
  const hasIpv6 = networks.state === 'unread' || networks.value.some(isBridgeOfIpv6);
  return isOff(told.managesIp6tables) && hasIpv6 ? [`${OPEN_TO_LINKS} by IPv6: ${BY_POLICY}`] : [];
}

/** What others send on passes no chain of the host. */
const isBridgeOfIpv6 = ({ driver, hasIpv6 }: NetworkFacts): boolean =>
  driver === 'bridge' && hasIpv6;

const isOff = (manages: Reading<boolean>): boolean => manages.state === 'read' && !manages.value;

type Switch = 'managesIptables' | 'managesIp6tables' | 'usesUserlandProxy';

/** What an engine was told of a switch, by default as is said; unread where a setting may not have been seen. */
export function settingOf(
  settings: Reading<DaemonSettings>,
  name: Switch | 'allowsDirectRouting',
  byDefault: Reading<boolean> = read(true),
): Reading<boolean> {
  if (settings.state === 'unread') return settings;
  const value = settings.value[name];
  if (value === undefined) return unread('the version that read the settings did not ask for it');
  if (value !== null) return read(value);
  const { gaps } = settings.value;
  return gaps.length > 0 ? unread(gaps.join('; ')) : byDefault;
}

const PASSED =
  'The host’s own firewall (ufw, firewalld) does not apply to published ports: the engine forwards them before its rules are asked';
const OPEN_TO_LINKS =
  'Machines on a link of the host may reach ports of containers that nobody publishes';
const BY_POLICY = 'that hangs on the policy of the chain FORWARD, which no evidence level reads.';
const ROOTLESS =
  'The engine is rootless: published ports are opened by an ordinary program, to which the host’s own firewall (ufw, firewalld) applies.';

function firewallSentence(told: Pick<Publishing, Switch>): string {
  const { managesIptables: manages, usesUserlandProxy } = told;
  if (manages.state === 'unread') {
    return `${PASSED}, unless the engine does not manage the firewall (\`iptables\`), which is not known.`;
  }
  if (manages.value) return `${PASSED}.`;
  const alone = 'The engine does not manage the firewall';
  if (usesUserlandProxy.state === 'unread') {
    return `${alone}; whether its userland proxy opens published ports is not known.`;
  }
  return usesUserlandProxy.value
    ? `${alone}: published IPv4 ports are opened by its userland proxy, a program of the host, to which the host’s own firewall (ufw, firewalld) applies.`
    : `${alone} and has no userland proxy: it opens no published port itself.`;
}
