import type { Sighting } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import type { ExecsAnswer } from '../../src/views/execs.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askFor, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { observedContainer, scanRecord } from '../support/scan-records.ts';

const now = Date.parse('2026-03-31T12:00:00Z');
const hour = 3_600_000;
const webId = 'a'.repeat(64);
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true), silentHost('ci')]);
});
afterEach(() => core.remove());

const sighting = (kind: Sighting['kind'], at: number, more: Partial<Sighting> = {}): Sighting => ({
  ...{ kind, at, containerId: webId, name: 'web', image: 'web:1', timeNano: `${at}000001` },
  labels: { composeProject: null, composeService: null, owner: null },
  ...{ observed: null, exitCode: null, exec: null, execId: null },
  ...more,
});
const begun = (at: number, execId: string, isPrivileged = false) =>
  sighting('exec', at, { execId, exec: read({ user: isPrivileged ? 'root' : '', isPrivileged }) });
const ended = (at: number, execId: string, exitCode: number) =>
  sighting('exec-ended', at, { execId, exitCode });

async function see(...sightings: Sighting[]): Promise<void> {
  const { watches } = core.store;
  const state = await watches.claim('web-1', { owner: 'test', leaseMs: 60_000 });
  if (state === null) throw new Error('somebody else watches the host');
  const at = new Date(now - 90 * hour).toISOString();
  const containers = [observedContainer(webId, { name: 'web' })];
  await core.store.scans.saveScan(scanRecord({ startedAt: at, finishedAt: at, containers }));
  const batch = { sightings, mark: null, coveredUntil: now };
  await watches.apply('web-1', batch, state.held);
}

const ask = (text: string) => askFor(core, 'execs', text, { now: () => now });
const said = (answer: ExecsAnswer) => terminalText(answerDocument(answer));

it('tells each command with its power, its end and its exit code, the newest first', async () => {
  await see(
    begun(now - 3 * hour, 'one', true),
    ended(now - 2 * hour, 'one', 3),
    begun(now - hour, 'two'),
  );
  const answer = await ask('execs web');

  expect(answer.execs).toEqual([
    {
      host: 'web-1',
      container: { id: webId, name: 'web' },
      power: read({ user: '', isPrivileged: false }),
      ...{ startedAt: '2026-03-31T11:00:00.000Z', endedAt: null, exitCode: null },
    },
    {
      host: 'web-1',
      container: { id: webId, name: 'web' },
      power: read({ user: 'root', isPrivileged: true }),
      ...{
        startedAt: '2026-03-31T09:00:00.000Z',
        endedAt: '2026-03-31T10:00:00.000Z',
        exitCode: 3,
      },
    },
  ]);
  expect(said(answer)).toMatch(/privileged, user root .*2026-03-31 10:00 UTC +3/);
  expect(said(answer)).toContain('not seen to end');
});

it('ends what still ran when its container was removed', async () => {
  await see(begun(now - 3 * hour, 'one'), sighting('gone', now - hour));

  expect((await ask('execs')).execs).toMatchObject([
    { endedAt: '2026-03-31T11:00:00.000Z', exitCode: null },
  ]);
});

it('looks back a week, or as far as it is asked', async () => {
  await see(begun(now - 30 * hour, 'old'), begun(now - hour, 'new'));

  expect((await ask('execs')).execs).toHaveLength(2);
  expect((await ask('execs since 1d')).execs).toHaveLength(1);
});

it('knows nothing of a host that nobody watched, and says so', async () => {
  await see(begun(now - hour, 'one'));
  const both = await ask('execs on all');

  expect(both).toMatchObject({ unwatched: ['ci'], execs: [{ host: 'web-1' }] });
  expect(said(both)).toContain('Not watched now: ci. Later commands there are unknown.');
  expect(said(await ask('execs on ci'))).toContain('It is unknown which commands were started');
});

it('knows nothing more of a host that is not watched any more, and counts no zero there', async () => {
  await see();
  await core.store.watches.retire(['web-1']);

  expect(said(await ask('execs'))).toContain('It is unknown which commands were started');
  await see(begun(now - hour, 'one'));
  await core.store.watches.retire(['web-1']);

  expect(said(await ask('execs'))).toMatch(/1 command started.*Not watched now: web-1\./s);
});
