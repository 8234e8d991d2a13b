import type { MountFact } from '../../snapshot/facts/container.ts';
import { isWithin, placesIn, touches } from '../dangerous-places.ts';
import { inspected } from '../evidence.ts';
import { bind, namedVolume } from '../example-facts.ts';
import { isEngineSocket, mountLine } from '../mounts.ts';
import { defineRule } from '../rule.ts';
import { counted, enumerate } from '../words.ts';

export const noSensitiveMount = defineRule({
  id: 'no-sensitive-mount',
  title: 'Containers mount no sensitive host paths',
  subject: 'container',
  severity: 'high',
  controls: ['cis-1.6:5.6', 'cis-1.8:5.6'],
  rationale:
    'Whoever writes to the configuration, programs or devices of a host owns it; whoever reads them knows its secrets.',
  remediation:
    'Use a named volume or a folder made for the workload; where a single file is needed, mount that file with `:ro`.',
  facet: 'sensitive-mount',
  needs: ['containers'],
  consults: ['engine'],
  judge(container, { engine }, { policy }) {
    // The sockets themselves belong to no-docker-socket-mount.
    const socketPaths = engine.state === 'read' ? engine.value.socketPaths : [];
    const dataRoot = engine.state === 'read' ? engine.value.dataRoot : null;
    const isSaidByItsSocket = (path: string) => socketPaths.some((one) => isWithin(one, path));
    const holdsData = (path: string) =>
      dataRoot !== null && dataRoot !== '' && touches(path, dataRoot) && !isSaidByItsSocket(path);
    const offending = container.mounts.filter(
      ({ hostPath }) =>
        hostPath !== null &&
        (isSensitive(hostPath, policy.sensitivePaths) || holdsData(hostPath)) &&
        !isEngineSocket(hostPath, socketPaths),
    );
    if (offending.length === 0) {
      const evidence = [inspected('Mounts', container.mounts.map(mountLine))];
      const message = `has ${counted(container.mounts.length, 'mount')}, none of a sensitive host path`;
      return { verdict: 'pass', message, evidence };
    }
    const isWritable = offending.some((mount) => mount.isWritable);
    const worst = offending.toSorted(writableFirst);
    return {
      verdict: 'fail',
      message: `mounts ${enumerate(worst.map(inWords))}${reasonOf(worst, dataRoot)}`,
      evidence: [inspected('Mounts', offending.map(mountLine))],
      severity: isWritable ? 'high' : 'medium',
    };
  },
  examples: {
    pass: [
      { container: { mounts: [] } },
      { container: { mounts: [bind('/srv/web')] } },
      { container: { mounts: [namedVolume('settings', '/etc')] } },
      { container: { mounts: [bind('/etcetera'), bind('/var/www'), bind('/home/web')] } },
      { container: { mounts: [bind('/srv/etc', { destination: '/etc' })] } },
      { container: { mounts: [bind('/run/docker.sock')] } },
      { container: { mounts: [bind('/boot')] }, policy: { sensitivePaths: ['/etc'] } },
      {
        container: { mounts: [bind('/run/engine.socket')] },
        engine: { socketPaths: ['/run/engine.socket'] },
      },
    ],
    fail: [
      { container: { mounts: [bind('/etc')] } },
      { container: { mounts: [bind('/')] } },
      { container: { mounts: [bind('/var')] } },
      { container: { mounts: [bind('/etc/shadow')] } },
      { container: { mounts: [bind('/root')] } },
      { container: { mounts: [bind('/root/.ssh')] } },
      { container: { mounts: [bind('/var/lib')] } },
      { container: { mounts: [bind('/run')] } },
      { container: { mounts: [bind('/proc/sys')] } },
      { container: { mounts: [bind('/bin')] } },
      { container: { mounts: [bind('/lib64')] } },
      { container: { mounts: [bind('/var/spool')] } },
      { container: { mounts: [bind('/var/spool/cron/crontabs')] } },
      { container: { mounts: [bind('/opt')] } },
      { container: { mounts: [bind('/data/engine/x')] }, engine: { dataRoot: '/data/engine' } },
      { container: { mounts: [bind('/', { isWritable: false })] }, severity: 'medium' },
      { container: { mounts: [bind('/etc', { isWritable: false })] }, severity: 'medium' },
      {
        container: { mounts: [bind('/etc', { isWritable: false }), bind('/srv/web')] },
        severity: 'medium',
      },
      { container: { mounts: [bind('/usr', { isWritable: false }), bind('/boot')] } },
      { container: { mounts: [{ ...namedVolume('hidden', '/data'), hostPath: '/etc' }] } },
      { container: { mounts: [bind('/srv/keys/a')] }, policy: { sensitivePaths: ['/srv/keys'] } },
      { container: { mounts: [bind('/sys')], state: 'created' } },
    ],
  },
});

/** Equal to, inside, or parent of a sensitive path; `/` itself holds everything, so only equal. */
function isSensitive(hostPath: string, sensitivePaths: readonly string[]): boolean {
  return sensitivePaths.some((path) => (path === '/' ? hostPath === '/' : touches(hostPath, path)));
}

/** Why the first of the mounts is dangerous, for a person; empty where no single way is known. */
function reasonOf(mounts: readonly MountFact[], dataRoot: string | null): string {
  const [reason] = mounts.flatMap(({ hostPath, isWritable }) =>
    placesIn(hostPath ?? '', dataRoot).flatMap(({ writing, reading }) =>
      isWritable && writing !== null
        ? [`: whoever writes there ${writing}`]
        : reading === null
          ? []
          : [`: whoever reads there ${reading}`],
    ),
  );
  return reason ?? '';
}

const writableFirst = (a: MountFact, b: MountFact) => Number(b.isWritable) - Number(a.isWritable);
const inWords = (mount: MountFact) =>
  `${mount.hostPath} ${mount.isWritable ? 'writable' : 'read-only'}`;
