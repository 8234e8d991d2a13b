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

/** What a `HostConfig` hands in of the devices of the host, and its runtime by the variables of a container. */
export function deviceFacts(host: Foreign, variables: readonly Foreign[]): DeviceFacts {
  const devices = list(field(host, 'Devices'));
  const requests = [
    ...listOrEmpty(field(host, 'DeviceRequests')).map(deviceRequest),
    ...byVariable(textOrEmpty(field(host, 'Runtime')), variables.map(text)),
  ];
  return {
    devices: devices.map((device) => text(field(device, 'PathOnHost'))),
    ...deviceAccess(devices),
    deviceRequests: requests,
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

/** Runtimes that hand in what the variable of their maker asks for. */
const OF_MAKERS = ['nvidia', 'amd', 'habana', 'ascend'] as const;

/** Such devices as one line, e.g. `nvidia (all) by NVIDIA_VISIBLE_DEVICES`. */
function byVariable(runtime: string, variables: readonly string[]): string[] {
  const maker = OF_MAKERS.find((name) => runtime.includes(name));
  if (maker === undefined) return [];
  const valueIn = (name: string) =>
    variables.findLast((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const name = `${maker.toUpperCase()}_VISIBLE_DEVICES`;
  const written = valueIn(name);
  // Images of CUDA from before that variable get all (`IsLegacy` of the container toolkit).
  const isLegacy = maker === 'nvidia' && valueIn(OF_CUDA) && !valueIn('NVIDIA_REQUIRE_CUDA');
  if (written === undefined) return isLegacy ? [`nvidia (all) by ${OF_CUDA}`] : [];
  const named = written.split(',').map((one) => one.trim());
  const asked = named.filter((one) => one !== '');
  const word = asked.find((one) => one === 'all' || one === 'none');
  if (asked.length === 0 || asked.includes('void') || word === 'none') return [];
  return [`${maker} (${word ?? asked.length}) by ${name}`];
}

const OF_CUDA = 'CUDA_VERSION';

/** True for what a runtime hands in by a variable, which facts of an older version do not name. */
export const isByVariable = (deviceRequest: string): boolean =>
  /\) by ([A-Z]+_VISIBLE_DEVICES|CUDA_VERSION)$/.test(deviceRequest);

/** True for devices by the Container Device Interface: the host specifies which nodes and mounts come with them. */
export const isOfCdi = (deviceRequest: string): boolean => deviceRequest.startsWith('cdi (');

function deviceRequest(request: Foreign): string {
  const [capability] = listOrEmpty(field(request, 'Capabilities')).flatMap(list).map(text);
  const driver = textOrEmpty(field(request, 'Driver')) || (capability ?? 'device');
  const named = listOrEmpty(field(request, 'DeviceIDs')).length;
  const asked = countOrZero(field(request, 'Count'));
  return `${driver} (${asked === -1 ? 'all' : asked || named})`;
}
