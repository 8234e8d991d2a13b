import type { MountFact } from '../../snapshot/facts/container.ts';
import { inspected } from '../evidence.ts';
import { bind, namedVolume } from '../example-facts.ts';
import { withoutMounts } from '../fix-change.ts';
import { isEngineSocket, isWithin, mountLine } from '../mounts.ts';
import { defineRule } from '../rule.ts';
import { counted, enumerate } from '../words.ts';

export const noSensitiveMount = defineRule({
  id: 'no-sensitive-mount',
  title: 'Containers mount no sensitive host paths',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.6', 'cis-1.8:5.6'],
  rationale:
    'Whoever writes to the configuration, programs or devices of a host owns it; whoever reads them knows its secrets.',
  remediation:
    'Use a named volume or a folder made for the workload; where a single file is needed, mount that file with `:ro`.',
  fix: {
    words: 'Remove the mounts of sensitive host paths from {}',
    change: (seen) => withoutMounts(seen('Mounts')),
  },
  facet: 'sensitive-mount',
  needs: ['containers'],
  consults: ['engine'],
  judge(container, { engine }, { policy }) {
    // The sockets themselves belong to no-docker-socket-mount.
    const socketPaths = engine.state === 'read' ? engine.value.socketPaths : [];
    const offending = container.mounts.filter(
      ({ hostPath }) =>
        hostPath !== null &&
        isSensitive(hostPath, policy.sensitivePaths) &&
        !isEngineSocket(hostPath, socketPaths),
    );
    if (offending.length === 0) {
      const evidence = [inspected('Mounts', container.mounts.map(mountLine))];
      const message = `has ${counted(container.mounts.length, 'mount')}, none of a sensitive host path`;
      return { verdict: 'pass', message, evidence };
    }
    const isWritable = offending.some((mount) => mount.isWritable);
    return {
      verdict: 'fail',
      message: `mounts ${enumerate(offending.toSorted(writableFirst).map(inWords))}`,
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
  return sensitivePaths.some((path) =>
    path === '/' ? hostPath === '/' : isWithin(hostPath, path) || isWithin(path, hostPath),
  );
}

const writableFirst = (a: MountFact, b: MountFact) => Number(b.isWritable) - Number(a.isWritable);
const inWords = (mount: MountFact) =>
  `${mount.hostPath} ${mount.isWritable ? 'writable' : 'read-only'}`;
