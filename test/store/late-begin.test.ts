import type { ClientBase } from 'pg';
import { sendBeginLate } from '../../src/store/postgres.ts';

const BEGIN = 'start transaction isolation level repeatable read';

/** A connection that notes what reaches it, and fails what `failing` says. */
function connect(failing = '') {
  const sent: string[] = [];
  const note = (what: string) => () => void sent.push(what);
  const stream = { cork: note('('), uncork: note(')'), destroy: note('destroyed') };
  const client = {
    connection: { stream },
    async query(text: string) {
      sent.push(text);
      if (text === failing) throw new Error('it fails');
      return { rows: [text] };
    },
  };
  sendBeginLate(client as unknown as ClientBase);
  return { sent, query: client.query };
}

it('goes with the first statement, in one write', async () => {
  const { sent, query } = connect();
  await query(BEGIN);
  expect(sent).toEqual([]);
  expect(await query('select 1')).toEqual({ rows: ['select 1'] });
  await query('select 2');
  await query('commit');
  expect(sent).toEqual(['(', BEGIN, 'select 1', ')', 'select 2', 'commit']);
});

it('is not sent where no statement follows', async () => {
  const { sent, query } = connect();
  for (const end of ['commit', 'rollback']) {
    await query(BEGIN);
    expect(await query(end)).toMatchObject({ command: end.toUpperCase() });
  }
  await query('select 1');
  expect(sent).toEqual(['select 1']);
});

it('leaves nothing to what follows where it fails itself', async () => {
  const { sent, query } = connect(BEGIN);
  await query(BEGIN);
  await expect(query('delete from host')).rejects.toThrow('it fails');
  expect(sent).toContain('destroyed');
});

it('leaves nothing corked where the statement cannot be sent', async () => {
  const sent: string[] = [];
  const note = (what: string) => () => void sent.push(what);
  const client = {
    connection: { stream: { cork: note('('), uncork: note(')'), destroy: note('destroyed') } },
    query(text: string) {
      if (text === 'broken') throw new TypeError('it is broken');
      return Promise.reject(new Error('it fails'));
    },
  };
  sendBeginLate(client as unknown as ClientBase);
  await client.query(BEGIN);
  await expect(client.query('broken')).rejects.toThrow('it is broken');
  expect(sent).toEqual(['(', ')', 'destroyed']);
});
