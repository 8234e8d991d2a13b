import { hostsOfChannel } from '../command/channel-hosts.ts';
import type { CoreContext } from '../command/command.ts';
import { hostsOfText } from '../command/hosts-meant.ts';
import type { HostDeclaration } from '../ports/declarations.ts';

/** Hosts that a channel is about. */
export const hostsOf = (
  context: Pick<CoreContext, 'hosts' | 'channels'>,
  { id }: { id: string },
): readonly HostDeclaration[] => hostsOfChannel(context, id) ?? context.hosts;

/** Those of them that the channel is told of: all, or what the text behind “on” means now. */
export function toldHosts(
  context: Pick<CoreContext, 'hosts' | 'channels'>,
  channel: { id: string; host: string | null },
): readonly HostDeclaration[] {
  const hosts = hostsOf(context, channel);
  return channel.host === null ? hosts : hostsOfText(channel.host, hosts);
}
