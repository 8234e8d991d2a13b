import { hostsAmong } from '../inspections/hosts-among.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';

/** Hosts that a channel is about, by their names and labels; null when the settings name none for it. */
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
  const words = channels.find(({ id }) => id === channel)?.hosts ?? null;
  return words && hostsAmong(words, hosts);
}
