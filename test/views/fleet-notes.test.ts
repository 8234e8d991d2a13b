import { needsFilesLevel } from '../../src/snapshot/needed-level.ts';
import { titled } from '../../src/views/document.ts';
import { reasonNotes } from '../../src/views/host-notes.ts';
import { terminalText } from '../../src/views/terminal-text.ts';

test('what to set for what is unknown is said once, below the reasons', () => {
  const reasons = ['logs', 'ci'].map((name): [string, string[]] => [
    `reading ${name} could change the host; ${needsFilesLevel}`,
    [name],
  ]);
  const notes = reasonNotes(new Map([...reasons, ['no feed covers its release', ['db']]]), 5);
  const document = { headline: 'x', summary: titled('x', notes), details: [], next: [] };

  const said = terminalText(document).replaceAll(/\s*\n\s*/g, '\n');

  expect(said.trim().split('\n').slice(1)).toEqual([
    'Unknown for logs: reading logs could change the host; needs evidence level files',
    'Unknown for ci: reading ci could change the host; needs evidence level files',
    'Unknown for db: no feed covers its release',
    'To know more: set “evidence: files” for the host; it needs write access to the engine API.',
  ]);
});
