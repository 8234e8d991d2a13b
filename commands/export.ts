import { defineCommand } from '../src/command/command.ts';
import { exportFindings, exportFormats } from '../src/exports/export-findings.ts';
import type { Undecided } from '../src/findings/result.ts';
import { hostJudgements } from '../src/inspections/host-states.ts';
import type { Rule } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { nearest } from '../src/shared/nearest.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';

const exportFile = defineCommand({
  name: 'export',
  task: 'act',
  topic: 'reports',
  summary: 'Give findings, packages or vulnerabilities as a file for programs',
  usage:
    'export <sarif|csv|json> [findings] | export <cyclonedx|spdx> [<image>] | export sarif vulnerabilities [<image>] [on <host>|<label>|all]',
  examples: [
    'export sarif',
    'export csv findings on web-1',
    'export json on all',
    'export cyclonedx on web-1',
    'export sarif vulnerabilities on web-1',
  ],
  permission: 'view',
  givesFile: true,
  words: {
    ...{ minimum: 1, maximum: 3, takesOthers: true },
    known: () => [...exportFormats, 'cyclonedx', 'spdx', 'findings', 'vulnerabilities'],
  },
  takesHost: true,
  async run(context, request) {
    const { store, now, rules, version } = context;
    const { words, hosts, isHostNamed, hostText } = request;
    const [typed = '', object = 'findings'] = words;
    const isBill = typed === 'cyclonedx' || typed === 'spdx';
    if (isBill || (typed === 'sarif' && object === 'vulnerabilities')) {
      // Comparing versions of eight schemes is loaded by who asks for it.
      const { answerBill } = await import('../src/command/answer-bill.ts');
      return answerBill(context, request, typed, words[isBill ? 1 : 2] ?? null);
    }
    const format = exportFormats.find((known) => known === typed);
    if (format !== undefined && object === 'vulnerabilities') {
      throw new UserError(
        `“export ${format}” has findings; vulnerabilities are exported as SARIF.`,
        {
          hint: exportFile.usage,
          correctedLine: ['export sarif', ...words.slice(1).map(quoteWord)].join(' '),
        },
      );
    }
    if (format === undefined || object !== 'findings' || words.length > 2) {
      throw new UserError(
        format === undefined
          ? '“export” needs one format: sarif, csv, json, cyclonedx or spdx.'
          : `“export ${format}” does not know “${words.at(-1)}”.`,
        { hint: exportFile.usage, correctedLine: corrected(typed, words.slice(1)) },
      );
    }
    const takenAt = isoTime(now());
    const states = (await hostJudgements(hosts, store)).map((state) =>
      // A file of a host of which nothing is known must not look like that of a clean one.
      state.lastScanAt === null ? { ...state, undecided: rules.map(neverScanned) } : state,
    );
    const findings = await store.listOpenFindings({ hosts: hosts.map(({ name }) => name) });
    const file = await exportFindings(format, { version, takenAt, rules, hosts: states, findings });
    const undecided = states.reduce((sum, state) => sum + state.undecided.length, 0);
    const on =
      isHostNamed && hostText !== undefined
        ? ` on ${hostText}`
        : hosts.length === 1 && hosts[0]
          ? ` on ${hosts[0].name}`
          : '';
    return {
      kind: 'export',
      takenAt,
      format,
      object,
      hosts: states,
      rows: findings.length + undecided,
      gaps: [],
      file,
      terminalLine: `seawall export ${format}${on} > ${file.name}`,
      next: [`findings${on}`],
    };
  },
});

const neverScanned = ({ id, subject }: Pick<Rule, 'id' | 'subject'>): Undecided => ({
  ...{ rule: id, subjectKind: subject, subjectKey: null },
  reason: 'the host was never scanned',
});

function corrected(format: string, objects: readonly string[]): string {
  const near = nearest(format, [...exportFormats, 'cyclonedx', 'spdx']);
  const rest = objects
    .slice(0, 1)
    .flatMap((one) => nearest(one, ['findings', 'vulnerabilities']) ?? []);
  return near === undefined ? 'export sarif findings' : ['export', near, ...rest].join(' ');
}

// The name of the file, which is a word of the language.
export { exportFile as export };
