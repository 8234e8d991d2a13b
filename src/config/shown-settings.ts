import type { Settings } from './load-settings.ts';

/** How the app is set up, for people who may change it: no secret is among it. */
export function shownSettings({
  access,
  channels,
}: Pick<Settings, 'access' | 'channels'>): { what: string; value: string }[] {
  const grants = (['view', 'operate', 'approve'] as const).map((permission) => ({
    what: `May ${permission}`,
    value: access[permission].join(', ') || 'nobody',
  }));
  const ofChannels = channels.map(({ id, hosts, digest, alerts }) => {
    const parts = [
      `hosts: ${hosts?.join(', ') ?? 'all'}`,
      digest
        ? `digest at ${digest.at} ${digest.timezone} on ${digest.days.join(', ')}`
        : 'no digest',
      ...(alerts ? [`alerts from ${alerts.severity}`] : []),
    ];
    return { what: `Channel ${id}`, value: parts.join('; ') };
  });
  const none = { what: 'Channels', value: 'none is set up, so there is no digest' };
  const teams = { what: 'Other workspaces', value: access.teams.join(', ') || 'none may ask' };
  return [...grants, teams, ...(ofChannels.length > 0 ? ofChannels : [none])];
}
