import { isExpiring } from '../../findings/acceptance.ts';
import { isAccepted, isLapsed } from '../../inspections/accepted.ts';
import { channelsInForce } from '../../inspections/channels-in-force.ts';
import { firstScreen } from '../../inspections/first-screen.ts';
import { hostStates } from '../../inspections/host-states.ts';
import { FINDINGS_READ } from '../../inspections/posture-of-hosts.ts';
import { isoTime } from '../../shared/time.ts';
import type { HomeAnswer } from '../../views/home.ts';
import type { Permission } from '../command.ts';
import { permissionOf } from '../permission.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
/** Lines that Home offers to those who may run them. */
const COMMON: readonly string[] = ['scan', 'posture', 'findings', 'containers', 'help'];

/** The Home tab of one person. `settings`, and what channels get, are shown to those who may approve. */
export const home = (
  may: (permission: Permission) => boolean,
  settings: NonNullable<HomeAnswer['settings']>,
): Unlisted =>
  unlisted('home', 'view', async (context): Promise<HomeAnswer> => {
    const { store, hosts, commands, rules, now } = context;
    const at = now();
    const states = await hostStates(hosts, store);
    const names = hosts.map(({ name }) => name);
    const decided = await store.listDecidedFindings({ hosts: names });
    const postures = new Map(
      (await store.listPostures({ hosts: names })).map(({ host, posture }) => [host, posture]),
    );
    const worst = await store.pageOpenFindings({ hosts: names, after: null, limit: FINDINGS_READ });
    const before = await Promise.all(names.map((name) => store.findPostureAt(name, at - WEEK_MS)));
    const isAllowed = (line: string) =>
      commands.some((command) => command.name === line && may(permissionOf(command, [])));
    return {
      kind: 'home',
      takenAt: isoTime(at),
      next: [],
      firstScreen: firstScreen(
        states.map(({ name: host, unread }) => ({
          ...{ host, posture: postures.get(host) ?? null },
          isStale: unread !== null,
        })),
        worst.findings,
        rules,
      ),
      hosts: states.map((host, index) => ({
        host,
        scoreBefore: before[index]?.score ?? null,
        open: host.open,
      })),
      lapsed: decided.filter(isLapsed),
      expiring: decided.filter(isAccepted).filter(({ acceptance }) => isExpiring(acceptance, at)),
      settings: may('approve') ? [...settings, ...(await channelsInForce(context))] : null,
      lines: COMMON.filter(isAllowed),
      maySetAlerts: commands.some(
        (command) => command.name === 'alerts' && may(permissionOf(command, ['on'])),
      ),
    };
  });
