import type { Settings } from './load-settings.ts';

/** Who may what, for people who may change it: no secret is among it. */
export function shownSettings({
  access,
}: Pick<Settings, 'access'>): { what: string; value: string }[] {
  const grants = (['view', 'operate', 'approve'] as const).map((permission) => ({
    what: `May ${permission}`,
    value: access[permission].join(', ') || 'nobody',
  }));
  return [
    ...grants,
    { what: 'Other workspaces', value: access.teams.join(', ') || 'none may ask' },
  ];
}
