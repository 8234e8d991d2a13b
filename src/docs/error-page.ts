import { errorCodes } from '../shared/errors.ts';
import { page } from './page.ts';

/** The page of every failure of the outside world that a user can meet. */
export function renderErrorPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { text, hint }]) => `| \`${code}\` | ${text} | ${hint} |`,
  );
  return page(
    'Errors',
    [
      'What Seawall says when something outside of it failed. A mistake in a command or in the',
      'settings is answered with what would work, and has no code.',
    ].join('\n'),
    ['| Code | Meaning | What to do |', '|---|---|---|', ...rows].join('\n'),
  );
}
