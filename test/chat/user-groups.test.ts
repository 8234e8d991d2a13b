import type { WebClient } from '@slack/web-api';
import { chatTimings } from '../../src/chat/timings.ts';
import { openUserGroups } from '../../src/chat/user-groups.ts';
import { silentLogger } from '../../src/shared/logger.ts';

const MINUTE = 60_000;

it('who was removed from a group has no rights of it though the clock was set back', async () => {
  let now = Date.parse('2026-01-01T10:00:00Z');
  let users = ['U1'];
  const usergroups = {
    users: { list: async () => ({ ok: true, users }) },
    list: async () => ({ ok: true, usergroups: [] }),
  };
  const groups = openUserGroups({ usergroups } as unknown as Pick<WebClient, 'usergroups'>, {
    ...{ now: () => now, log: silentLogger, timings: chatTimings },
  });
  const isIn = async () => {
    await groups.prepare(['S1']);
    const { members } = groups.lookUp('S1');
    return members.state === 'read' && members.value.has('U1');
  };
  expect(await isIn()).toBe(true);

  now -= 120 * MINUTE;
  users = [];

  expect(await isIn()).toBe(false);
});

it('a failure of before the clock was set back keeps nobody from asking again', async () => {
  let now = Date.parse('2026-01-01T10:00:00Z');
  let fails = true;
  const usergroups = {
    users: {
      async list() {
        if (fails) throw new Error('away');
        return { ok: true, users: ['U1'] };
      },
    },
    list: async () => ({ ok: true, usergroups: [] }),
  };
  const groups = openUserGroups({ usergroups } as unknown as Pick<WebClient, 'usergroups'>, {
    ...{ now: () => now, log: silentLogger, timings: chatTimings },
  });
  await groups.prepare(['S1']);
  expect(groups.lookUp('S1').members.state).toBe('unread');

  now -= 120 * MINUTE;
  fails = false;
  await groups.prepare(['S1']);

  expect(groups.lookUp('S1').members.state).toBe('read');
});
