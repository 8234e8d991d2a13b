import { judgeNamespace } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { hostNamespace, joinedNamespace, underWrapper } from '../example-facts.ts';

export const noHostNetwork = controlRule({
  id: 'no-host-network',
  title: 'Containers do not share the host network',
  severity: 'high',
  pillar: 'isolation',
  controls: ['cis-1.6:5.10', 'cis-1.8:5.10'],
  rationale:
    'Such a container reaches every service that trusts localhost, can listen on any port of the host and sees all of its traffic.',
  remediation:
    'Drop `--network host`; publish the single port instead, and do not join a container that shares the host network.',
  fix: {
    words: 'Give {} its own network',
    change: (seen) =>
      seen('ns-net (seen)').length > 0
        ? {
            run: 'start it anew, and leave out what lets a process enter the network of others: --privileged, --cap-add SYS_ADMIN, --pid host',
            compose:
              'start it anew, and remove what lets a process enter the network of others: privileged, cap_add: SYS_ADMIN, pid: host',
          }
        : {
            run: 'leave out --network host; publish ports with --publish 127.0.0.1:PORT:PORT',
            compose: 'remove network_mode: host',
          },
  },
  facet: 'host-network',
  consults: ['engine', 'processes'],
  judge(held, { engine }) {
    const judged = judgeNamespace(held, 'ns-net', 'network');
    // Podman of an ordinary user has the machine's own.
    const isEngines = engine.state === 'read' && engine.value.isRootless && !engine.value.isPodman;
    if (judged.verdict !== 'fail' || !isEngines) return judged;
    const message = `${judged.message}: that of the rootless engine, which need not be the machine's`;
    return { ...judged, message, severity: 'medium' };
  },
  examples: {
    pass: [
      { container: { networkNamespace: { mode: '', resolved: 'private', via: [] } } },
      { container: { networkNamespace: { mode: 'none', resolved: 'private', via: [] } } },
      { container: { networkNamespace: joinedNamespace('shared', 'proxy') } },
    ],
    fail: [
      { container: { networkNamespace: hostNamespace } },
      { container: { networkNamespace: joinedNamespace('host', 'agent') } },
      { container: { networkNamespace: joinedNamespace('host', 'helper', 'agent') } },
      { container: { networkNamespace: hostNamespace, state: 'exited' } },
      {
        container: { networkNamespace: hostNamespace },
        engine: { isRootless: true },
        severity: 'medium',
      },
      {
        container: { networkNamespace: hostNamespace },
        engine: { isRootless: true, isPodman: true },
      },
    ],
    unknown: [
      underWrapper,
      { container: { networkNamespace: joinedNamespace('unknown') } },
      { container: { networkNamespace: joinedNamespace('unknown', 'one', 'other') } },
    ],
  },
});
