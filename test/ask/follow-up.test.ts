import { followUps } from '../../src/ask/follow-up.ts';
import { calendarFor } from '../../src/ask/load-helpers.ts';
import { withSubject } from '../../src/ask/point-back.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { lineOf, planOf } from './read-bank.ts';

const now = Date.parse('2026-11-29T12:00:00Z');

const followed = async (previous: string, message: string) =>
  followUps(message, previous, {
    ...{ commands, rules, now, timezone: 'UTC' },
    hosts: ['web1', 'web2', 'ci-runner'],
    labelled: [{ name: 'web1', labels: { team: 'shop' } }],
    containers: ['redis', 'api', 'nginx-proxy'],
    calendar: await calendarFor(message),
  });

test.each([
  ['findings critical on web1', 'and on web2?', 'findings critical on web2'],
  ['findings critical', 'what about ci-runner?', 'findings critical on ci-runner'],
  [
    'findings critical on web1',
    'how about web2 and ci-runner',
    'findings critical on web2,ci-runner',
  ],
  ['findings critical on web1', 'and for team shop?', 'findings critical on team=shop'],
  ['containers root on web1', 'same for all hosts', 'containers root on all'],
  ['containers root on web1', 'everywhere?', 'containers root on all'],
  ['containers root since 24h', 'and on web2', 'containers root since 24h on web2'],
  ['inspect redis on web1', 'and api?', 'inspect api on web1'],
  ['why redis', 'what about nginx-proxy on web2?', 'why nginx-proxy on web2'],
  ['findings critical on web1', 'only high ones', 'findings high on web1'],
  ['findings on web1', 'critical and high?', 'findings critical high on web1'],
  ['diff on web1', 'and since yesterday?', 'diff since 1d on web1'],
  ['exposure CVE-2024-3094 on web1', 'and CVE-2021-44228?', 'exposure CVE-2021-44228 on web1'],
  ['findings critical', 'and not on web2?', 'findings critical on not web2'],
  ['why redis --fix', 'and api?', 'why api --fix'],
  ['containers on web1', 'only the root ones', 'containers root on web1'],
  ['containers privileged', 'only the root ones', 'containers privileged root'],
  ['containers privileged', 'and the root ones?', 'containers root'],
  [
    'containers privileged',
    'which ones have the docker socket',
    'containers privileged docker-socket',
  ],
  ['containers privileged', 'which of them are on web2', 'containers privileged on web2'],
  [
    'containers root on web1',
    'only those without a memory limit',
    'containers root no-memory-limit on web1',
  ],
  ['findings accepted', 'just critical', 'findings accepted critical'],
  ['findings critical on web1', 'only accepted', 'findings critical accepted on web1'],
  ['findings accepted critical', 'only high', 'findings accepted high'],
  ['images root', 'and unused?', 'images unused'],
  ['findings', 'are any of them accepted?', 'findings accepted'],
  ['findings on web1', 'only the privileged ones', 'findings rule no-privileged-container on web1'],
  ['findings critical on web1', 'and now?', 'findings critical on web1'],
  ['containers at 2026-11-28T03:00:00Z', 'and now?', 'containers'],
  ['containers root on web1', 'and yesterday?', 'containers root at 1d on web1'],
  ['findings on web1', 'and last week?', 'findings since 7d on web1'],
  ['diff since 7d', 'and yesterday?', 'diff since 1d'],
  ['containers at 3h', 'and yesterday?', 'containers at 1d'],
  ['findings critical on web1', 'and the high ones too', 'findings critical high on web1'],
  ['findings critical on web1', 'no, web2', 'findings critical on web2'],
  ['findings critical', 'thanks! anything on web2?', 'findings critical on web2'],
  ['findings critical on web1', 'by container', 'findings critical on web1 --by container'],
  ['findings on web1', 'as csv', 'export csv findings on web1'],
  ['findings', 'can I have that as a json file please', 'export json findings'],
  ['history since 30d on web1', '90 days', 'history since 90d on web1'],
  ['exposure openssl on web1', 'older than 3.0.15', 'exposure openssl<3.0.15 on web1'],
  ['exposure openssl<3.0.7', 'and below 3.0.15?', 'exposure openssl<3.0.15'],
  ['exposure openssl', 'on web2', 'exposure openssl on web2'],
  ['images critical', 'older than 90 days', 'images critical older-than=90d'],
  ['images critical', 'on web2', 'images critical on web2'],
  ['compare redis api', 'on web1', 'compare redis api on web1'],
  ['hosts web1', 'and web2', 'hosts web2'],
  ['scan on web1', 'and web2', 'scan on web2'],
  ['containers root', 'the running ones', 'containers root running'],
  ['images unused', 'with criticals', 'images unused critical'],
])('%s, then “%s”', async (previous, message, line) => {
  expect(await followed(previous, message)).toEqual([line]);
});

test.each([
  ['a host that nobody knows', 'findings critical on web1', 'and on web9?'],
  ['another question', 'findings critical on web1', 'which containers run as root on web2?'],
  ['more than names', 'findings critical on web1', 'and who owns web2?'],
  ['a severity that the line has no room for', 'inspect redis', 'only critical'],
  ['a container that the line has no room for', 'posture on web1', 'and redis?'],
  ['two containers for one', 'inspect redis', 'and api and nginx-proxy?'],
  ['a time that the line has no room for', 'inspect redis', 'and since yesterday?'],
  ['a host for a line of all', 'help', 'and web1?'],
  ['a line that decides', 'accept 1a2b3c4d --reason "ok" --until 30d', 'and on web2?'],
  ['all but one', 'findings critical on web1', 'and all but web2?'],
  ['a host beside two that were compared', 'compare web1 web2', 'and ci-runner'],
  ['a host for a setting', 'alerts off', 'and on web2'],
  ['what takes an import back', 'images forget shop:1.2', 'and on web2'],
  ['nothing', 'findings on web1', 'and?'],
  ['a message longer than a question', 'findings critical', `and on web2${' please'.repeat(500)}`],
  ['a deed', 'findings critical on web1', 'scan web2'],
  ['a host beside one that is taken back', 'scan on web1', 'not web1, web2'],
  ['a property beside others', 'containers root', 'stopped ones too'],
  ['a deed once more', 'scan on web1', 'again'],
  ['what is denied', 'containers', 'which ones are not root?'],
  ['no severity', 'findings on web1', 'no lows'],
  ['no property of images', 'images', 'no secrets'],
  ['no property of containers', 'containers', 'only those with no privileged'],
  ['a property beside a severity', 'findings', 'just the critical privileged ones'],
  ['a severity beside a property', 'containers', 'only the critical privileged ones'],
  ['a property that images have not', 'images', 'only root privileged ones'],
  ['one of two', 'containers', 'privileged or root'],
  ['a property that the line has no room for', 'inspect redis', 'and privileged?'],
])('takes nothing over: %s', async (_what, previous, message) => {
  expect(await followed(previous, message)).toEqual([]);
});

test.each([
  ['containers root since 7d on web1', 'root', ' on web1'],
  ['findings critical since 2026-11-20', 'critical', ''],
])('of yesterday below `%s` it is asked what is meant', async (previous, word, on) => {
  const [verb] = previous.split(' ');

  expect(await followed(previous, 'and yesterday?')).toEqual([
    `${verb} ${word} at 1d${on}`,
    `${verb} ${word} since 1d${on}`,
  ]);
});

test.each([
  ['findings critical on web1', 'export csv findings on web1'],
  ['findings since 7d', 'export csv findings'],
  ['containers root on web1', 'export csv findings on web1'],
])('a file has all findings, so below `%s` it is asked what is meant', async (previous, line) => {
  expect(await followed(previous, 'as csv')).toEqual([line, previous]);
});

const pointed = async (previous: string, message: string) => {
  const parts = { commands, rules, now, timezone: 'UTC', calendar: await calendarFor(message) };
  const names = { hosts: ['web1', 'web2'], labelled: [], containers: ['redis', 'api'] };
  const meant = withSubject(message, previous, { ...parts, ...names });
  return meant && lineOf(await planOf(meant.question, { names, now }));
};

test.each([
  ['inspect redis', 'is it privileged?', 'inspect redis'],
  ['inspect redis', 'is it public?', 'inspect redis'],
  ['inspect redis on web1', 'can it reach api?', 'reach redis on web1'],
  ['inspect redis on web1', 'who can reach it?', 'reach redis on web1'],
  ['isolation redis on web1', 'show its controls', 'controls redis on web1'],
  ['controls redis on web1', 'how do I fix it?', 'why redis on web1 --fix'],
  ['inspect redis on web1', 'who got a shell in it today?', 'execs redis since 1d on web1'],
  ['exposure CVE-2024-3094', 'were we ever exposed to it?', 'exposure CVE-2024-3094'],
  ['posture on web1', 'what changed on it since yesterday?', 'diff since 1d on web1'],
  ['hosts web1', 'scan it', 'scan on web1'],
  ['inspect redis', 'compare with api', 'compare redis api'],
  ['posture on web1', 'compare with web2', 'compare web1 web2'],
  ['findings on web1', 'compare it with web2', 'compare web1 web2'],
  ['inspect redis on web1', 'why?', 'why redis on web1'],
  ['exposure CVE-2024-3094', 'who accepted that?', 'exposure CVE-2024-3094'],
  [
    'exposure CVE-2024-3094',
    'ok accept it until friday',
    'accept CVE-2024-3094 --until 2026-12-04',
  ],
  ['why 1a2b3c4d', 'accept that', 'accept 1a2b3c4d'],
  ['why 1a2b3c4d --evidence', 'how do I fix that?', 'why 1a2b3c4d --fix'],
  ['why no-root-user redis', 'ok accept it for 30d', 'accept no-root-user redis --until 30d'],
  ['why no-root-user redis', 'who can reach it?', 'reach redis'],
  ['why no-root-user redis', 'is it privileged?', 'inspect redis'],
  ['inspect redis', 'how to fix it', 'why redis --fix'],
  ['why 1a2b3c4d', 'evidence?', 'why 1a2b3c4d --evidence'],
  ['findings on web1', 'and the grade', 'posture on web1'],
  ['findings on web1', 'rescan', 'scan on web1'],
  ['inspect redis on web1', 'please rescan', 'scan on web1'],
  ['explain seccomp', 'where is it off?', 'containers seccomp-off'],
  ['digest', 'turn it off', 'digest off'],
  ['accept 1a2b3c4d', 'undo that', 'unaccept 1a2b3c4d'],
  ['accept no-root-user redis on web1', 'ok, revert it', 'unaccept no-root-user redis on web1'],
  ['accept CVE-2024-13176 openssl', 'undo', 'unaccept CVE-2024-13176 openssl'],
  ['baseline approve redis', 'withdraw it', 'baseline withdraw redis'],
  ['attest hardened-host-os', 'take it back', 'attest hardened-host-os --withdraw'],
])('%s, then “%s”, of the same', async (previous, message, line) => {
  expect(await pointed(previous, message)).toBe(line);
});

test.each([
  ['findings critical', 'is it bad?'],
  ['findings critical', 'why?'],
  ['posture on all', 'compare with web2'],
  ['posture on all', 'scan it'],
  ['compare web1 web2', 'is it worse?'],
  ['inspect redis', 'what changed?'],
  ['why redis', 'ok accept it'],
  ['findings rule no-root-user', 'accept it'],
  ['hosts web1', 'accept that'],
  ['unaccept 1a2b3c4d', 'undo that'],
  ['findings critical', 'rescan'],
  ['inspect redis', 'ok, that container is ours'],
  ['execs redis', 'who was it?'],
  ['exposure CVE-2024-3094', 'cool, we fixed it already'],
  ['accept 1a2b3c4d --reason "ok" --until 30d', 'why is it critical?'],
])('%s names nothing for “%s”', async (previous, message) => {
  expect(await pointed(previous, message)).toBeNull();
});
