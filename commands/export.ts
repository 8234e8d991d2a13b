import { defineCommand } from '../src/command/command.ts';
import { exportFindings, exportFormats } from '../src/exports/export-findings.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';

const exportFile = defineCommand({
  name: 'export',
  task: 'act',
  summary: 'Give the open findings as a file, for programs: SARIF 2.1.0, CSV or JSON',
  usage: 'export <sarif|csv|json> [findings] [on <host>|on all]',
  examples: ['export sarif', 'export csv findings on web-1', 'export json on all'],
  permission: 'view',
  words: { minimum: 1, maximum: 2, known: () => [...exportFormats, 'findings'] },
  takesHost: true,
  async run({ store, now, rules, version }, { words, hosts, isHostNamed }) {
    const format = exportFormats.find((known) => known === words[0]);
    const [, object = 'findings'] = words;
    if (format === undefined || object !== 'findings') {
      throw new UserError('“export” needs one format: sarif, csv or json.', {
        correctedLine: 'export sarif findings',
      });
    }
    const takenAt = isoTime(now());
    const states = await hostStates(hosts, store);
    const findings = await store.listOpenFindings({ hosts: hosts.map(({ name }) => name) });
    const file = exportFindings(format, { version, takenAt, rules, hosts: states, findings });
    const undecided = states.reduce((sum, state) => sum + state.undecided.length, 0);
    const on =
      hosts.length === 1 && hosts[0] ? ` on ${hosts[0].name}` : isHostNamed ? ' on all' : '';
    return {
      kind: 'export',
      takenAt,
      format,
      object,
      hosts: states,
      rows: findings.length + undecided,
      file,
      terminalLine: `seawall export ${format}${on} > ${file.name}`,
      next: [`findings${on}`],
    };
  },
});

// The name of the file, which is a word of the language.
export { exportFile as export };
