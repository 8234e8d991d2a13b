import * as commandIndex from '../../commands/index.ts';
import { manifestText } from '../../src/config/manifest.ts';
import { termGroups } from '../../src/inspections/terms/index.ts';
import type { Term } from '../../src/inspections/terms/term.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { errorCodes } from '../../src/shared/errors.ts';
import * as lives from '../../src/store/lives.ts';
import { renderAskedSigns } from './asked-signs.ts';
import { renderCommandReference } from './command-reference.ts';
import { listApiCalls, renderEdgeCalls, renderEngineCalls } from './engine-calls.ts';
import { renderFileDefaults } from './file-defaults.ts';
import { renderForeignBytesPage } from './foreign-bytes-page.ts';
import { filled, table } from './page.ts';
import { renderPolicyPage } from './policy-page.ts';
import { renderPosturePage } from './posture-page.ts';
import { renderRuleCatalogue } from './rule-catalogue.ts';
import {
  renderEnvironmentExample,
  renderSettingsPage,
  renderSettingsSchema,
} from './settings-page.ts';
import { renderSlackAppPage } from './slack-app-page.ts';
import { renderHaproxy } from './socket-proxy.ts';

export interface Page {
  /** Where the page is committed, relative to the root of the project. */
  path: string;
  render: () => string;
}

/** Every generated file that is no index. A test compares each with what is committed. */
export const pages: readonly Page[] = [
  { path: 'docs/rules.md', render: () => renderRuleCatalogue(allRules) },
  {
    path: 'docs/commands.md',
    render: () => renderCommandReference(Object.values(commandIndex), allRules),
  },
  {
    path: 'docs/policy.md',
    render: () => renderPolicyPage(allRules),
  },
  { path: 'src/ask/words/asked-signs.ts', render: renderAskedSigns },
  { path: 'docs/settings.md', render: renderSettingsPage },
  { path: '.env.example', render: renderEnvironmentExample },
  { path: 'src/config/file-defaults.ts', render: renderFileDefaults },
  { path: 'docs/settings.schema.json', render: renderSettingsSchema },
  {
    path: 'manifest.json',
    render: () => manifestText({ commands: Object.values(commandIndex), requestUrl: null }),
  },
  { path: 'docs/slack-app.md', render: renderSlackAppPage },
  { path: 'docs/terms.md', render: renderTerms },
  { path: 'docs/errors.md', render: renderErrorPage },
  { path: 'docs/database.md', render: renderDatabasePage },
  { path: 'docs/foreign-bytes.md', render: renderForeignBytesPage },
  { path: 'docs/posture.md', render: renderPosturePage },
  { path: 'docs/engine-calls.md', render: renderEngineCalls },
  { path: 'src/edge/declared-calls.ts', render: () => renderEdgeCalls(listApiCalls()) },
  { path: 'deploy/socket-proxy/haproxy.cfg', render: () => renderHaproxy(listApiCalls()) },
];

/** The page of every failure of the outside world that a user can meet. */
export function renderErrorPage(): string {
  return filled('docs/errors.md', {
    codes: table(
      ['Code', 'Meaning', 'What to do'],
      Object.entries(errorCodes).map(([code, { text, hint }]) => [`\`${code}\``, text, hint]),
    ),
  });
}

/** The page of what is kept in the database, and for how long. */
function renderDatabasePage(): string {
  return filled('docs/database.md', {
    lives: table(
      ['Table', 'Kept until', 'Why'],
      Object.entries(lives).map(([name, { until, why }]) => [`\`${name}\``, until, why]),
    ),
  });
}

/** The page of all terms that `explain` knows, by subject. */
export function renderTerms(): string {
  return filled('docs/terms.md', {
    terms: termGroups
      .flatMap(({ title, terms }) => [`## ${title}`, ...terms.map(renderTerm)])
      .join('\n\n'),
  });
}

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
