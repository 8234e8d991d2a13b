import type { BlindInterval } from '../../src/ports/past.ts';
import { blindNotes } from '../../src/views/past.ts';
import { terminalText } from '../../src/views/terminal-text.ts';

const blind: BlindInterval = {
  ...{ kind: 'scan', host: 'web-1', lastGood: null, failedScans: 1 },
  ...{ from: '2026-01-02T06:00:00.000Z', to: '2026-01-02T07:00:00.000Z', cause: 'cut' },
};
const said = (kind: BlindInterval['kind']) =>
  terminalText({ headline: '', summary: blindNotes([{ ...blind, kind }]), next: [] });

it('says of a host that nobody heard no such thing as that it could not be read', () => {
  expect(said('scan')).toContain('web-1 could not be read from 2026-01-02 06:00 UTC');
  expect(said('watch')).toContain('web-1 was not watched from 2026-01-02 06:00 UTC');
});
