import { defineCollector } from '../collector.ts';
import type { NetworkFacts } from '../facts/network.ts';
import {
  answerList,
  entriesOrEmpty,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  foreign,
  text,
} from '../foreign.ts';
import { networkGateways } from '../normalise/network-address.ts';
import { byNameThenId } from '../read-each.ts';

export const networks = defineCollector({
  id: 'networks',
  purpose: 'Networks and their isolation options.',
  reads: ['GET /networks'],
  async collect({ engine }): Promise<NetworkFacts[]> {
    const answer = foreign('GET /networks', await engine.get('/networks'));
    return answerList(answer).map(networkFacts).sort(byNameThenId);
  },
});

function networkFacts(network: Foreign): NetworkFacts {
  const options = new Map(entriesOrEmpty(field(network, 'Options')));
  const option = (name: string): boolean | null => {
    const found = options.get(`com.docker.network.bridge.${name}`);
    return found ? asSwitch(text(found)) : null;
  };
  return {
    id: text(field(network, 'Id')),
    name: text(field(network, 'Name')),
    driver: text(field(network, 'Driver')),
    isDefaultBridge: option('default_bridge') === true,
    allowsInterContainerTraffic: option('enable_icc'),
    // Its presence counts, whatever value it has (moby, overlay driver).
    isEncrypted: options.has('encrypted'),
    isIngress: flagOrFalse(field(network, 'Ingress')),
    isInternal: flag(field(network, 'Internal')),
    hasIpv6: flagOrFalse(field(network, 'EnableIPv6')),
    gateways: networkGateways(field(network, 'IPAM')),
  };
}

/** The words of Go's `strconv.ParseBool`; null for any other. */
function asSwitch(word: string): boolean | null {
  if (['1', 't', 'true'].includes(word.toLowerCase())) return true;
  return ['0', 'f', 'false'].includes(word.toLowerCase()) ? false : null;
}
