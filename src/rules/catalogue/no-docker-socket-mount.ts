import { isWithin } from '../dangerous-places.ts';
import { connection, inspected } from '../evidence.ts';
import { bind, namedVolume } from '../example-facts.ts';
import { isEngineSocket, mountLine } from '../mounts.ts';
import { defineRule } from '../rule.ts';
import { counted, enumerate } from '../words.ts';

export const noDockerSocketMount = defineRule({
  id: 'no-docker-socket-mount',
  title: 'Engine and containerd sockets stay outside containers',
  subject: 'container',
  severity: 'critical',
  controls: ['cis-1.6:5.32', 'cis-1.8:5.32'],
  rationale:
    'Whoever can talk to the socket can start a privileged container and is root on the host; a read-only mount does not stop that.',
  remediation:
    'Remove the mount. A tool that must watch the engine gets a proxy which allows only the GET paths it needs.',
  facet: 'docker-socket',
  needs: ['containers', 'engine'],
  judge(container, { engine }) {
    const { socketPaths } = engine;
    const reaches = (hostPath: string) =>
      isEngineSocket(hostPath, socketPaths) ||
      socketPaths.some((socket) => isWithin(socket, hostPath));
    const offending = container.mounts.filter(
      ({ hostPath }) => hostPath !== null && reaches(hostPath),
    );
    const sockets = connection('known socket paths', socketPaths);
    if (offending.length === 0) {
      const evidence = [inspected('Mounts', container.mounts.map(mountLine)), sockets];
      const message = `has ${counted(container.mounts.length, 'mount')}, none with an engine socket`;
      return { verdict: 'pass', message, evidence };
    }
    const paths = offending.map(({ hostPath }) => hostPath ?? '');
    return {
      verdict: 'fail',
      message: `mounts ${enumerate(paths)}, and an engine socket with it`,
      evidence: [inspected('Mounts', offending.map(mountLine)), sockets],
    };
  },
  examples: {
    pass: [
      { container: { mounts: [] } },
      { container: { mounts: [bind('/srv/web')] } },
      { container: { mounts: [bind('/run/user')] } },
      { container: { mounts: [namedVolume('sockets', '/var/run')] } },
      { container: { mounts: [bind('/srv/web', { destination: '/var/run/docker.sock' })] } },
    ],
    fail: [
      { container: { mounts: [bind('/run/docker.sock')] } },
      { container: { mounts: [bind('/run/docker.sock', { isWritable: false })] } },
      { container: { mounts: [bind('/run')] } },
      { container: { mounts: [bind('/')] } },
      { container: { mounts: [bind('/', { isWritable: false })] } },
      { container: { mounts: [bind('/run/containerd')] } },
      { container: { mounts: [bind('/run/containerd/containerd.sock')] } },
      { container: { mounts: [bind('/run/podman/podman.sock')] } },
      { container: { mounts: [bind('/srv/web'), bind('/run/docker.sock')], state: 'exited' } },
      {
        container: { mounts: [bind('/srv/demo')] },
        engine: { socketPaths: ['/srv/demo/docker.sock'] },
      },
      {
        container: { mounts: [bind('/run/engine.socket')] },
        engine: { socketPaths: ['/run/engine.socket'] },
      },
      { container: { mounts: [{ ...namedVolume('hidden', '/data'), hostPath: '/run' }] } },
    ],
  },
});
