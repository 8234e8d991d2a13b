import { termGroups } from '../inspections/terms/index.ts';
import type { Term } from '../inspections/terms/term.ts';
import { filled } from './page.ts';

/** The page of all terms that `explain` knows, by subject. */
export const renderTerms = (): string =>
  filled('docs/terms.md', {
    terms: termGroups
      .flatMap(({ title, terms }) => [`## ${title}`, ...terms.map(renderTerm)])
      .join('\n\n'),
  });

function renderTerm({ id, name, aliases, text, source, rules }: Term): string {
  const lines = [
    `- Ask: \`explain ${id}\`${aliases.length > 0 ? `, or ${aliases.map(quoted).join(', ')}` : ''}`,
    ...(rules.length > 0 ? [`- Rules: ${rules.map(toLink).join(', ')}`] : []),
    `- Read on: ${source}`,
  ];
  return [`### ${name}`, text, lines.join('\n')].join('\n\n');
}

const quoted = (alias: string) => `\`${alias}\``;
const toLink = (rule: string) => `[${rule}](rules.md#${rule})`;
