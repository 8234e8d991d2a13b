import { UserError } from '../shared/errors.ts';

/** One mistake in the settings. It never holds the value: that may be a secret. */
export interface Mistake {
  /** Where in the file; null for the environment. Lines and columns count from 1. */
  place: { file: string; line: number; column: number } | null;
  /** Full name, e.g. `hosts[1].url` or `SLACK_BOT_TOKEN`; empty for the file as a whole. */
  setting: string;
  /** What is wrong, after the name: `must be a list`. */
  text: string;
}

/** Every mistake in the settings at once; nothing starts with only some of them. */
export class SettingsError extends UserError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    super(`The settings have ${count}:\n${mistakes.map(renderMistake).join('\n')}`, {
      hint: 'See docs/settings.md for every setting.',
    });
    this.mistakes = mistakes;
  }
}

/** One line, as compilers write it: `seawall.yml:4:10: hosts[1].url must …`. */
export function renderMistake({ place, setting, text }: Mistake): string {
  const where = place === null ? '' : `${place.file}:${place.line}:${place.column}: `;
  return `  ${where}${setting === '' ? text : `${setting} ${text}`}`;
}
