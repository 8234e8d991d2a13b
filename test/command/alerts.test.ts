import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { openOwnCore, silentHost } from '../support/own-core.ts';

test.each([
  ['team=shop', 'team=shop'],
  ['shop', 'shop'],
  ['not db', 'not db'],
  ['WEB-1', 'web-1'],
  ['web-1,db-1', 'web-1,db-1'],
  ['all', null],
])('alerts on %s are kept as they were said', async (said, kept) => {
  const at = (name: string, team: string) => ({ ...silentHost(name), labels: { team } });
  const core = await openOwnCore([at('web-1', 'shop'), at('db-1', 'db')]);

  const actor = { id: 'U1', name: 'alice', place: 'C0SEC' };
  const answer = await runLine(
    { ...core.context, actor, onProgress: () => {} },
    { text: `alerts on high on ${said}`, access: fullAccess, reference: 'r1' },
  );

  if (answer.kind === 'problem') throw new Error(JSON.stringify(answer));
  expect(answer).toMatchObject({ kind: 'alert-setting', inForce: { host: kept } });
  await core.remove();
});

test('what changes nothing has nothing to be taken back', async () => {
  const core = await openOwnCore([silentHost('web-1')]);
  const actor = { id: 'U1', name: 'alice', place: 'C0SEC' };
  const undoOf = async (text: string) => {
    const answer = await runLine(
      { ...core.context, actor, onProgress: () => {} },
      { text, access: fullAccess, reference: 'r1' },
    );
    if (answer.kind !== 'alert-setting') throw new Error(JSON.stringify(answer));
    return answer.undo;
  };

  expect(await undoOf('alerts on low')).toBe('alerts off');
  expect(await undoOf('alerts on high')).toBe('alerts on low');
  expect(await undoOf('alerts on')).toBeNull();
  expect(await undoOf('alerts on high on web-1')).toBe('alerts on high');
  await core.remove();
});
