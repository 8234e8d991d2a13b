import type { ContainerFacts } from '../facts/container.ts';
import { entries, type Foreign, field, isAbsent, textOrEmpty } from '../foreign.ts';
import { nameText } from '../name-text.ts';
import { networkAddress } from './networks.ts';

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
