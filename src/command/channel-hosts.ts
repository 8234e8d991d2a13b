import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';

/** Hosts that a channel is about; null when the settings name none for it. */
export function hostsOfChannel(
  {
    hosts,
    channels,
  }: {
    hosts: readonly HostDeclaration[];
    channels: readonly ChannelDeclaration[];
  },
  channel: string,
): readonly HostDeclaration[] | null {
  const names = channels.find(({ id }) => id === channel)?.hosts ?? null;
  return names && hosts.filter(({ name }) => names.includes(name));
}
