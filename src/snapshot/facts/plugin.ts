import type { VolumeMount } from './volume.ts';

/** A managed plugin: a container that the engine runs beside those that it lists. */
export interface PluginFacts {
  name: string;
  isEnabled: boolean;
  /** Beyond the default set. */
  capabilities: string[];
  opensAllDevices: boolean;
  /** By their paths on the host. */
  devices: string[];
  sharedNamespaces: ('PID' | 'IPC' | 'network')[];
  mounts: { hostPath: string; isWritable: boolean }[];
  /** What it has mounted that is no path of the host; absent where that is nothing. */
  filesystems?: { mount: VolumeMount; isWritable: boolean }[];
}
