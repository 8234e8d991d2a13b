import { errorCodes } from '../shared/errors.ts';
import { filled, table } from './page.ts';

/** The page of every failure of the outside world that a user can meet. */
export const renderErrorPage = (): string =>
  filled('docs/errors.md', {
    codes: table(
      ['Code', 'Meaning', 'What to do'],
      Object.entries(errorCodes).map(([code, { text, hint }]) => [`\`${code}\``, text, hint]),
    ),
  });
