import { lives } from '../store/index.ts';
import { filled, table } from './page.ts';

/** The page of what is kept in the database, and for how long. */
export const renderDatabasePage = (): string =>
  filled('docs/database.md', {
    lives: table(
      ['Table', 'Kept until', 'Why'],
      Object.entries(lives).map(([name, { until, why }]) => [`\`${name}\``, until, why]),
    ),
  });
