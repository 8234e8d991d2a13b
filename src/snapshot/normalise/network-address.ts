import { type Foreign, field, isAbsent, listOrEmpty, textOrEmpty } from '../foreign.ts';
import { plainAddress } from './ports.ts';

const ADDRESS = /^(?:\d{1,3}(?:[.]\d{1,3}){3}|[0-9a-f.]{0,4}:[0-9a-f:.]{1,40})$/i;

/**
 * An address in the answer of an engine, without the length of its network and in its shortest form;
 * nothing where there is none, or where what stands there has not the shape of one.
 */
export function networkAddress(found: Foreign): string[] {
  const [written = ''] = textOrEmpty(found).split('/', 1);
  return ADDRESS.test(written) ? [plainAddress(written)] : [];
}

/** The gateways in the `IPAM` of a network; none for networks that have no addresses, e.g. `host`. */
export const networkGateways = (ipam: Foreign): string[] =>
  isAbsent(ipam)
    ? []
    : listOrEmpty(field(ipam, 'Config')).flatMap((config) =>
        networkAddress(field(config, 'Gateway')),
      );
