import { engineMajor } from '../engine-version.ts';
import type { ContainerFacts } from '../facts/container.ts';
import type { NetworkFacts } from '../facts/network.ts';
import {
  answerList,
  entries,
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  flag,
  flagOrFalse,
  isAbsent,
  listOrEmpty,
  nameText,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { byNameThenId } from '../outcome.ts';
import { goBoolean } from './go-boolean.ts';
import { plainAddress } from './ports.ts';

/** Who answers; the version is null where it was not told. */
interface Answering {
  isPodman: boolean;
  version: string | null;
}

/** The networks in an answer of `GET /networks`. */
export function networkFacts(answer: Foreign, engine: Answering): NetworkFacts[] {
  const knows = knowledgeOf(engine);
  return answerList(answer)
    .map((network) => networkFact(network, knows, engine.isPodman))
    .sort(byNameThenId);
}

/** Whether an engine heeds an option that this version brought; null where nobody knows. An older one lists it all the same. */
type Knows = (since: number) => boolean | null;

function knowledgeOf({ isPodman, version }: Answering): Knows {
  if (isPodman) return () => false;
  const major = engineMajor(version);
  return (since) => (major === null ? null : major >= since);
}

/** The first versions of moby with these options (its release notes; pull requests 40579 and 42542 for the first two). */
const SINCE = {
  inhibit: 20,
  ipvlanFlag: 23,
  routed: 27,
  isolated: 28,
  unprotected: 28,
  trusted: 28,
} as const;

/** True where one of them is, null where one may be. */
const some = (all: readonly (boolean | null)[]): boolean | null =>
  all.includes(true) || (all.includes(null) ? null : false);

function networkFact(network: Foreign, knows: Knows, isPodman: boolean): NetworkFacts {
  const options = new Map(entriesOrEmpty(field(network, 'Options')));
  const driver = text(field(network, 'Driver'));
  // Other drivers ignore them.
  const ofBridge = (name: string): Foreign | undefined =>
    driver === 'bridge' ? options.get(`com.docker.network.bridge.${name}`) : undefined;
  const option = (name: string): boolean | null => {
    const found = ofBridge(name);
    return found ? goBoolean(text(found)) : null;
  };
  const modes = ['ipv4', 'ipv6'].map((family) => {
    const mode = ofBridge(`gateway_mode_${family}`);
    return mode ? text(mode) : '';
  });
  const bound = ofBridge('host_binding_ipv4');
  const publishesOn = bound ? oneAddress(bound) : null;
  const hasIpv6 = flagOrFalse(field(network, 'EnableIPv6'));
  const isInternal = flag(field(network, 'Internal'));
  const isIsolated = (mode = '') => mode === 'isolated' && knows(SINCE.isolated);
  const isInhibited = option('inhibit_ipv4') === true && knows(SINCE.inhibit);
  const [mode4, mode6] = modes;
  // Engines from 28 on tell of a network without IPv4.
  const tellsIpv4 = driver === 'bridge' && hasIpv6 && !isAbsent(field(network, 'EnableIPv4'));
  const isIpv4Off = tellsIpv4 && !flag(field(network, 'EnableIPv4'));
  const isLeftOut = [
    isIpv4Off ? true : some([isIsolated(mode4), isInhibited]),
    hasIpv6 ? isIsolated(mode6) : true,
  ];
  const mayLack = !isLeftOut.includes(false);
  // A bridge that somebody else made may have an address already, and another one may be the way out.
  const isSure = isInternal && !ofBridge('name') && !isLeftOut.includes(null);
  const [routes4, routes6] = modes.map(
    (mode) => mode === 'routed' && knows(SINCE.routed) !== false,
  );
  const isWhole = routes4 && (routes6 || !hasIpv6) && knows(SINCE.routed) === true;
  const isUnprotected = modes.includes('nat-unprotected') && knows(SINCE.unprotected) !== false;
  const trusted = ofBridge('trusted_host_interfaces');
  const trustsLinks =
    trusted !== undefined && text(trusted) !== '' && knows(SINCE.trusted) !== false;
  return {
    id: nameText(field(network, 'Id')),
    name: nameText(field(network, 'Name')),
    driver,
    isDefaultBridge: option('default_bridge') === true,
    allowsInterContainerTraffic: option('enable_icc'),
    // Its presence counts, whatever value it has (moby, overlay driver).
    isEncrypted: options.has('encrypted'),
    isIngress: flagOrFalse(field(network, 'Ingress')),
    isInternal,
    hasIpv6,
    gateways: networkGateways(field(network, 'IPAM')),
    ...(driver === 'bridge' ? untoldGateways(field(network, 'IPAM')) : {}),
    ...(isUnprotected ? { isUnprotected } : {}),
    ...(trustsLinks ? { trustsLinks } : {}),
    ...(routes4 || routes6 ? { isRouted: isWhole ? ('whole' as const) : ('partly' as const) } : {}),
    ...(!mayLack && isLeftOut[0] !== false ? { lacksFamily: 'ipv4' as const } : {}),
    ...(!mayLack && hasIpv6 && isLeftOut[1] !== false ? { lacksFamily: 'ipv6' as const } : {}),
    ...(mayLack && isSure ? { isWithoutHost: true as const } : {}),
    ...(mayLack && !isSure ? { mayLackHost: true as const } : {}),
    ...(mayHoldOthers(network, option('default_bridge') === true, ofBridge('name'))
      ? { mayHoldOthers: true as const }
      : {}),
    ...(option('enable_ip_masquerade') === false ? { isUnmasked: true as const } : {}),
    ...(!isPodman && hasDummyParent(network, options) ? { hasDummyParent: true as const } : {}),
    ...membersOf(driver, options, isPodman, knows),
    ...(publishesOn === null ? {} : { publishesOn }),
  };
}

/** Default bridges that an engine makes by itself: moby's, and balenaEngine's. */
const OWN_BRIDGES: readonly string[] = ['docker0', 'balena0'];
const WAYS_OUT: readonly string[] = ['DefaultGatewayIPv4', 'DefaultGatewayIPv6'];

/** The default bridge under another name, which moby demands that somebody made before, and one with a way out beside the host. */
function mayHoldOthers(network: Foreign, isDefault: boolean, name: Foreign | undefined): boolean {
  const isNamed = name !== undefined && !OWN_BRIDGES.includes(text(name));
  if (isDefault && isNamed) return true;
  const configs = listOrEmpty(fieldWithin(network, 'IPAM', 'Config'));
  return (
    text(field(network, 'Driver')) === 'bridge' &&
    configs.some((config) =>
      entriesOrEmpty(field(config, 'AuxiliaryAddresses')).some(([of]) => WAYS_OUT.includes(of)),
    )
  );
}

/**
 * True where moby makes an interface for a network beside the host, since its options name none: not as one of another
 * network, whose options those of it are. Podman takes one of the host's, and lists none.
 */
function hasDummyParent(network: Foreign, options: ReadonlyMap<string, Foreign>): boolean {
  const isBeside = ['macvlan', 'ipvlan'].includes(text(field(network, 'Driver')));
  const isOfOther = textOrEmpty(fieldWithin(network, 'ConfigFrom', 'Network')) !== '';
  const parent = options.get('parent');
  return isBeside && !isOfOther && (!parent || text(parent) === '');
}

/** How the kernel treats members of a network beside the host: as a bridge unless it is told otherwise. */
function membersOf(
  driver: string,
  options: ReadonlyMap<string, Foreign>,
  isPodman: boolean,
  knows: Knows,
): Pick<NetworkFacts, 'membersMode'> {
  // What Podman calls the mode of an ipvlan is not about its members.
  const ofMoby = { macvlan: 'macvlan_mode', ipvlan: 'ipvlan_flag' }[driver];
  const name = isPodman ? { macvlan: 'mode' }[driver] : ofMoby;
  const told = name === undefined ? undefined : options.get(name);
  const mode = told ? text(told) : '';
  const isHeeded = driver === 'macvlan' || knows(SINCE.ipvlanFlag);
  if (mode === '' || mode === 'bridge' || isHeeded === false) return {};
  return { membersMode: isHeeded ? mode : 'unknown' };
}

/** A bridge of the engine: its interface, and the addresses that the host has there. */
export interface Bridge {
  interface: string;
  gateways: string[];
}

/** The bridges that the engine makes for its networks (moby, bridge driver: `br-` and twelve digits). */
export function bridgesOf(answer: Foreign): Bridge[] {
  return answerList(answer).flatMap((network) => {
    if (text(field(network, 'Driver')) !== 'bridge') return [];
    const options = new Map(entriesOrEmpty(field(network, 'Options')));
    const named = options.get('com.docker.network.bridge.name');
    return [
      {
        interface: named ? text(named) : `br-${text(field(network, 'Id')).slice(0, 12)}`,
        gateways: networkGateways(field(network, 'IPAM')),
      },
    ];
  });
}

const ADDRESS = /^(?:\d{1,3}(?:[.]\d{1,3}){3}|[0-9a-f.]{0,4}:[0-9a-f:.]{1,40})$/i;

/**
 * An address in the answer of an engine, without the length of its network and in its shortest form;
 * nothing where there is none, or where what stands there has not the shape of one.
 */
export function networkAddress(found: Foreign): string[] {
  const [written = ''] = textOrEmpty(found).split('/', 1);
  return ADDRESS.test(written) ? [plainAddress(written)] : [];
}

/** The address of one interface that is told; null for that of every one, and for what Go takes for none. */
function oneAddress(told: Foreign): string | null {
  const [address = ''] = text(told).includes('/') ? [] : networkAddress(told);
  const host = address.includes(':') ? `[${address}]` : address;
  const isAddress = URL.canParse(`http://${host}`) && new URL(`http://${host}`).hostname === host;
  return isAddress && !['0.0.0.0', '::'].includes(address) ? address : null;
}

/** The gateways in the `IPAM` of a network; none for networks that have no addresses, e.g. `host`. */
const networkGateways = (ipam: Foreign): string[] =>
  listOrEmpty(fieldWithin(ipam, 'Config')).flatMap((config) =>
    networkAddress(field(config, 'Gateway')),
  );

/** Moby takes the first address of a subnet for which none was asked, and lists it of those alone that it chose itself. */
function untoldGateways(ipam: Foreign): Pick<NetworkFacts, 'untoldGateways'> {
  const untold = listOrEmpty(fieldWithin(ipam, 'Config')).flatMap((config) => {
    if (networkAddress(field(config, 'Gateway')).length > 0) return [];
    const [, length] = /[/](\d{1,3})$/.exec(textOrEmpty(field(config, 'Subnet'))) ?? [];
    const addresses = networkAddress(field(config, 'Subnet'));
    return length === undefined ? [] : addresses.map((address) => `${address}/${length}`);
  });
  return untold.length === 0 ? {} : { untoldGateways: untold };
}

type EndpointFacts = Pick<ContainerFacts, 'networks' | 'networkIds' | 'networkAddresses'>;

/** What the `Networks` of an inspect answer tell of the networks that a container is attached to. */
export function endpointFacts(networks: Foreign): EndpointFacts {
  const found = entries(networks).sort(([a], [b]) => (a < b ? -1 : 1));
  const told = found.filter(([, endpoint]) => !isAbsent(endpoint));
  const ids = told.flatMap(([network, endpoint]) => networkId(network, endpoint));
  const addresses = told.flatMap(([network, endpoint]) => {
    const at = (...names: string[]) =>
      names.flatMap((name) => networkAddress(field(endpoint, name)));
    const own = at('IPAddress', 'GlobalIPv6Address');
    return own.length === 0 ? [] : [{ network, own, gateways: at('Gateway', 'IPv6Gateway') }];
  });
  return {
    networks: found.map(([name]) => name),
    ...(ids.length === 0 ? {} : { networkIds: ids }),
    ...(addresses.length === 0 ? {} : { networkAddresses: addresses }),
  };
}

/** Names that the engine gives to no other network. */
const OF_ENGINE: readonly string[] = ['bridge', 'host', 'none'];

function networkId(network: string, endpoint: Foreign): { network: string; id: string }[] {
  const id = field(endpoint, 'NetworkID');
  return OF_ENGINE.includes(network) || textOrEmpty(id) === ''
    ? []
    : [{ network, id: nameText(id) }];
}
