import type { ContainerFacts } from '../facts/container.ts';
import {
  countOrZero,
  type Foreign,
  field,
  list,
  listOrEmpty,
  text,
  textOrEmpty,
} from '../foreign.ts';

type DeviceFacts = Pick<
  ContainerFacts,
  'devices' | 'readonlyDevices' | 'closedDevices' | 'deviceRequests' | 'deviceCgroupRules'
>;

/** What a `HostConfig` hands in of the devices of the host. */
export function deviceFacts(host: Foreign): DeviceFacts {
  const devices = list(field(host, 'Devices'));
  return {
    devices: devices.map((device) => text(field(device, 'PathOnHost'))),
    ...deviceAccess(devices),
    deviceRequests: listOrEmpty(field(host, 'DeviceRequests')).map(deviceRequest),
    deviceCgroupRules: listOrEmpty(field(host, 'DeviceCgroupRules')).map(text),
  };
}

/**
 * An engine that says nothing of what may be done with a device gives everything. Of one that is handed in several
 * times all counts that any of them gives.
 */
function deviceAccess(devices: Foreign[]): Pick<DeviceFacts, 'readonlyDevices' | 'closedDevices'> {
  const given = new Map<string, string>();
  for (const device of devices) {
    const path = text(field(device, 'PathOnHost'));
    const written = textOrEmpty(field(device, 'CgroupPermissions'));
    const access = /^[rwm]{1,3}$/.test(written) ? written : 'rwm';
    given.set(path, `${given.get(path) ?? ''}${access}`);
  }
  const notWritable = [...given].filter(([, access]) => !access.includes('w'));
  const readonly = notWritable.filter(([, access]) => access.includes('r'));
  const closed = notWritable.filter(([, access]) => !access.includes('r'));
  const paths = (some: typeof notWritable) => some.map(([path]) => path);
  return {
    ...(readonly.length === 0 ? {} : { readonlyDevices: paths(readonly) }),
    ...(closed.length === 0 ? {} : { closedDevices: paths(closed) }),
  };
}

/** True for devices by the Container Device Interface: the host specifies which nodes and mounts come with them. */
export const isOfCdi = (deviceRequest: string): boolean => deviceRequest.startsWith('cdi (');

function deviceRequest(request: Foreign): string {
  const [capability] = listOrEmpty(field(request, 'Capabilities')).flatMap(list).map(text);
  const driver = textOrEmpty(field(request, 'Driver')) || (capability ?? 'device');
  const named = listOrEmpty(field(request, 'DeviceIDs')).length;
  const asked = countOrZero(field(request, 'Count'));
  return `${driver} (${asked === -1 ? 'all' : asked || named})`;
}
