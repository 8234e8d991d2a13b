import type { PluginFacts } from '../facts/plugin.ts';
import {
  answerList,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  listOrEmpty,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { nameText } from '../name-text.ts';
import { capabilityNames, defaultCapabilities } from './capabilities.ts';
import { normaliseHostPath } from './host-path.ts';

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
    mounts: listOrEmpty(field(plugin, 'Settings', 'Mounts')).flatMap((mount) => {
      const source = textOrEmpty(field(mount, 'Source'));
      const options = listOrEmpty(field(mount, 'Options')).map(text);
      const isBind =
        textOrEmpty(field(mount, 'Type')) === 'bind' || /^r?bind$/m.test(options.join('\n'));
      return isBind && source !== ''
        ? [{ hostPath: normaliseHostPath(source), isWritable: !options.includes('ro') }]
        : [];
    }),
  };
}
