import type { ChannelDeclaration } from '../ports/declarations.ts';

/** What holds in each channel: what was `said` there by command, else what `bySettings` has for it, null for nothing. */
export function saidBeforeSettings<One extends { channel: string }>(
  said: readonly One[],
  channels: readonly ChannelDeclaration[],
  bySettings: (channel: ChannelDeclaration) => One | null,
): One[] {
  const isSaid = new Set(said.map(({ channel }) => channel));
  const others = channels.filter(({ id }) => !isSaid.has(id));
  return [...said, ...others.flatMap((one) => bySettings(one) ?? [])];
}
