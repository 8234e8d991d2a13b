import type { SettingsSources } from '../config/load-settings.ts';

/** The chat commands with their summaries, at the width of the terminal; stands below the programs. */
export async function chatCommandsHelp({
  environment,
  screen,
}: Pick<SettingsSources, 'environment'> & { screen?: { stdout: number | null } }): Promise<string> {
  const { commands } = await import('./assemble.ts');
  const { lookOf } = await import('../terminal/look.ts');
  const { wrapText } = await import('../shared/text-width.ts');
  const { columns } = lookOf(environment, screen?.stdout ?? null);
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) =>
    wrapText(summary, columns, { first: `  ${name.padEnd(width)}  `, next: ' '.repeat(width + 4) }),
  );
  return `\nChat commands, the same as in Slack:\n${lines.join('\n')}\n`;
}
