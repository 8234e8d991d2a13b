import type { ProcessFacts } from '../facts/process.ts';
import { answerList, type Foreign, field, text, wrongShape } from '../foreign.ts';

/**
 * The rows of a `top` answer, by process id. `ps` was asked for the process id, the short name and,
 * where it can tell, the effective uid; without that column `effectiveUid` is null. Throws for rows
 * of another shape and for `null`, which the engine sends when the container ended meanwhile.
 */
export function processFacts(answer: Foreign): ProcessFacts[] {
  const titles = answerList(field(answer, 'Titles')).map((title) => text(title).toUpperCase());
  const pidColumn = titles.indexOf('PID');
  const uidColumn = titles.indexOf('EUID');
  const nameColumn = titles.findIndex((title) => ['COMMAND', 'COMM', 'CMD'].includes(title));
  if (pidColumn === -1 || nameColumn === -1) {
    throw wrongShape(field(answer, 'Titles'), 'PID and COMMAND among the titles');
  }
  return answerList(field(answer, 'Processes'))
    .map((row) => {
      const cells = answerList(row);
      const cell = (column: number): Foreign => {
        const found = cells[column];
        if (!found) throw wrongShape(row, 'a cell for every title');
        return found;
      };
      return {
        pid: wholeNumber(cell(pidColumn)),
        effectiveUid: uidColumn === -1 ? null : wholeNumber(cell(uidColumn)),
        name: text(cell(nameColumn)).replace(/ <defunct>$/, ''),
      };
    })
    .sort((a, b) => a.pid - b.pid);
}

function wholeNumber(found: Foreign): number {
  const digits = text(found);
  if (!/^\d{1,10}$/.test(digits)) throw wrongShape(found, 'digits');
  return Number(digits);
}
