import type { PluginFacts } from '../facts/plugin.ts';
import {
  answerList,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  listOrEmpty,
  nameText,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { capabilityNames, defaultCapabilities } from './capabilities.ts';
import { normaliseHostPath } from './host-path.ts';
import { isReadonly, mountByOptions } from './mounts.ts';

/** The plugins in an answer of `GET /plugins`, with what they are set to, by name. */
export const pluginFacts = (answer: Foreign): PluginFacts[] =>
  answerList(answer)
    .map(pluginFact)
    .sort((a, b) => (a.name < b.name ? -1 : 1));

function pluginFact(plugin: Foreign): PluginFacts {
  const config = field(plugin, 'Config');
  const linux = field(config, 'Linux');
  const added = capabilityNames(listOrEmpty(field(linux, 'Capabilities')).map(text));
  const shares = [
    ['PID', flagOrFalse(field(config, 'PidHost'))],
    ['IPC', flagOrFalse(field(config, 'IpcHost'))],
    ['network', textOrEmpty(field(config, 'Network', 'Type')) === 'host'],
  ] as const;
  return {
    name: nameText(field(plugin, 'Name')),
    isEnabled: flag(field(plugin, 'Enabled')),
    capabilities: added.filter((name) => !defaultCapabilities.includes(name)),
    opensAllDevices: flagOrFalse(field(linux, 'AllowAllDevices')),
    devices: listOrEmpty(field(plugin, 'Settings', 'Devices')).flatMap((device) => {
      const path = textOrEmpty(field(device, 'Path'));
      return path === '' ? [] : [normaliseHostPath(path)];
    }),
    sharedNamespaces: shares.flatMap(([name, isShared]) => (isShared ? [name] : [])),
    ...mountsOf(listOrEmpty(field(plugin, 'Settings', 'Mounts'))),
  };
}

/** The engine hands them on to its runtime as they are, whatever their type. */
function mountsOf(listed: readonly Foreign[]): Pick<PluginFacts, 'mounts' | 'filesystems'> {
  const mounts: PluginFacts['mounts'] = [];
  const filesystems: NonNullable<PluginFacts['filesystems']> = [];
  for (const one of listed) {
    const device = textOrEmpty(field(one, 'Source'));
    const filesystem = textOrEmpty(field(one, 'Type'));
    const flags = listOrEmpty(field(one, 'Options')).map(text);
    const isBind = filesystem === 'bind' || flags.some((flag) => /^r?bind$/.test(flag));
    const isWritable = !isReadonly(flags);
    const mount = mountByOptions({ filesystem, device, flags, isBind });
    if (mount !== null) filesystems.push({ mount, isWritable });
    else if (isBind && device !== '') {
      mounts.push({ hostPath: normaliseHostPath(device), isWritable });
    }
  }
  return { mounts, ...(filesystems.length > 0 && { filesystems }) };
}
