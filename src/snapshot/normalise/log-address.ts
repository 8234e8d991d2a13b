import { entriesOrEmpty, type Foreign, field, textOrEmpty } from '../foreign.ts';
import { isLoopback } from './ports.ts';

/** Options that say where a log driver sends to, e.g. `syslog-address`. */
const ADDRESS_OPTION = /-(address|url)$/;

/**
 * Reads `HostConfig.LogConfig`: true when the driver's address is on another machine, false for a
 * socket file and for the machine itself, null without an address. The address itself may hold a
 * password and stays here.
 */
export function hasRemoteLogAddress(logConfig: Foreign): boolean | null {
  const option = entriesOrEmpty(field(logConfig, 'Config')).find(([name]) =>
    ADDRESS_OPTION.test(name),
  );
  const address = option ? textOrEmpty(option[1]) : '';
  return address === '' ? null : isRemote(address);
}

/** `tcp://logs.example:514`, or without a scheme `logs.example:24224`. */
function isRemote(address: string): boolean {
  if (/^(unix|unixgram):/i.test(address) || address.startsWith('/')) return false;
  const authority = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/', 1)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  return host !== '' && !isLoopback(host);
}
