import { clamp, quoteWord } from '../shared/text.ts';
import type { HomeAnswer } from './home.ts';

/** Something to ask: what it says, and the line that is sent when it is chosen. */
export interface Prompt {
  title: string;
  message: string;
}

/** Slack shows at most four. Source: docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts. */
const PROMPTS_MAX = 4;
const TITLE_MAX = 75;

type KnownHost = HomeAnswer['hosts'][number];

/** What is worth asking by what is known now: of the worst host first, then of what nobody looked at. At least one. */
export function suggestedPrompts({ hosts, lines }: Pick<HomeAnswer, 'hosts' | 'lines'>): Prompt[] {
  const [worst] = hosts.filter(isSerious).toSorted((a, b) => seriousness(b) - seriousness(a));
  const unseen = hosts.find(({ open }) => open === null);
  const known = hosts.some(({ open }) => open !== null);
  const prompts = [
    ...(worst ? aboutWorst(nameOf(worst)) : []),
    ...(unseen && lines.includes('scan')
      ? [
          {
            title: `Look at ${nameOf(unseen)} now`,
            message: `scan on ${quoteWord(nameOf(unseen))}`,
          },
        ]
      : []),
    ...(known
      ? [
          { title: 'What changed since yesterday?', message: 'diff since 1d' },
          { title: 'What ran and is gone again?', message: 'containers gone since 1d' },
        ]
      : []),
    { title: 'What can I ask?', message: 'help' },
  ];
  return prompts.slice(0, PROMPTS_MAX).map(({ title, message }) => {
    return { title: clamp(title, TITLE_MAX), message };
  });
}

const nameOf = ({ host }: KnownHost): string => host.name;

const aboutWorst = (host: string): Prompt[] => [
  { title: `What could take over ${host}?`, message: `isolation on ${quoteWord(host)}` },
  { title: `What to fix first on ${host}?`, message: `posture on ${quoteWord(host)}` },
];

const isSerious = ({ open }: KnownHost): boolean => open !== null && open.critical + open.high > 0;

/** No host has as many findings as would make a critical one count for less. */
const seriousness = ({ open }: KnownHost): number =>
  open === null ? 0 : open.critical * 1_000_000 + open.high;
