import type { SettingsSources } from '../config/load-settings.ts';
import { UserError } from '../shared/errors.ts';
import type { Labelled } from '../shared/label-terms.ts';
import { isRecord } from '../shared/record.ts';
import type { ExitCode } from '../terminal/exit-code.ts';

export interface PlanAsked {
  /** Words of one question, or `-` alone: then each line of the standard input is one. */
  words: readonly string[];
  /** File with the names that questions may have; null for those of the settings and the store. */
  knownFile: string | null;
  stdin: () => AsyncIterable<string>;
  stdout: (text: string) => void;
}

/**
 * Prints the line that each question means, in canonical spelling and nothing else; an empty line where
 * none is sure. Exits with 2 for one question that no line answers. Rejects with `UserError` without a question, for a file
 * that is none, and as the settings and the store do.
 */
export async function planQuestions(sources: SettingsSources, asked: PlanAsked): Promise<ExitCode> {
  const { words, knownFile, stdin, stdout } = asked;
  if (words.join('').trim() === '') {
    throw new UserError('There is no question.', {
      hint: 'For example: seawall ask --plan "which containers run as root?"',
    });
  }
  const { commands, rules } = await import('./assemble.ts');
  const { planQuestion } = await import('../ask/plan-question.ts');
  const { calendarFor, loadRanker } = await import('../ask/load-helpers.ts');
  const known = knownFile === null ? await storedNames(sources) : readKnown(sources, knownFile);
  const lineOf = async (question: string): Promise<string> => {
    const calendar = await calendarFor(question);
    const context = {
      commands,
      rules,
      ...known,
      now: Date.now(),
      timezone: 'UTC',
      calendar,
      rank: await loadRanker(),
    };
    const plan = planQuestion(question, context);
    return plan.kind === 'sure' ? plan.planned.line : '';
  };
  if (words.length !== 1 || words[0] !== '-') {
    const line = await lineOf(words.join(' '));
    stdout(`${line}\n`);
    return line === '' ? 2 : 0;
  }
  for await (const question of stdin()) stdout(`${await lineOf(question)}\n`);
  return 0;
}

interface Known {
  hosts: string[];
  containers: string[];
  labelled: Labelled[];
}

const NAMES_MAX = 100_000;

function readKnown({ readFile }: SettingsSources, path: string): Known {
  const text = readFile(path);
  if (text === null) throw new UserError(`There is no file ${path}.`);
  const hint = 'It must be like {"hosts": ["web1"], "containers": ["redis"]}.';
  try {
    const {
      hosts = [],
      containers = [],
      labels = {},
    } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (isNames(hosts) && isNames(containers) && isLabels(labels)) {
      const labelled = hosts.map((name) => ({ name, labels: labels[name] ?? {} }));
      return { hosts, containers, labelled };
    }
  } catch {
    throw new UserError(`${path} is no JSON.`, { hint });
  }
  throw new UserError(`${path} names hosts and containers in another way.`, { hint });
}

const isLabels = (value: unknown): value is Record<string, Record<string, string>> =>
  isRecord(value) &&
  Object.values(value).every(
    (labels) => isRecord(labels) && Object.values(labels).every((text) => typeof text === 'string'),
  );

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length <= NAMES_MAX &&
  value.every((name) => typeof name === 'string' && name !== '');

async function storedNames(sources: SettingsSources): Promise<Known> {
  const { loadSettings } = await import('../config/load-settings.ts');
  const { assembleCore, coreSettings } = await import('./assemble.ts');
  const { context, store } = await assembleCore(coreSettings(await loadSettings(sources)));
  try {
    const hosts = context.hosts.map(({ name }) => name);
    const named = await context.store.listNames({ hosts, includeGone: true });
    const containers = [...new Set(named.map(({ name }) => name))];
    return { hosts, containers, labelled: [...context.hosts] };
  } finally {
    await store.close();
  }
}
