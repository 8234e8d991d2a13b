import type { JudgedContainer } from '../../controls/container-controls.ts';
import { counted, enumerate } from '../../shared/text.ts';
import { daysBetween } from '../../shared/time.ts';
import { containersListed, policySaid } from '../../snapshot/evidence.ts';
import type { ContainerState } from '../../snapshot/facts/container.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';

const STOPPED: readonly ContainerState[] = ['created', 'exited', 'dead'];

export const noContainerSprawl = defineRule({
  id: 'no-container-sprawl',
  title: 'Stopped containers do not pile up',
  subject: 'engine',
  severity: 'low',
  pillar: 'images',
  question: 'no-image-sprawl',
  controls: ['cis-1.6:6.2', 'cis-1.8:6.2'],
  rationale:
    'A stopped container keeps its data, secrets and privileges, and one command starts it again.',
  remediation:
    'Remove them with `docker container prune --filter until=720h`, and run jobs with `--rm`; other limits are `stoppedContainersMax` and `stoppedContainerAgeDaysMax` of the policy.',
  fix: { words: 'Remove stopped containers from {}' },
  needs: ['containers'],
  judge(_engine, { containers }, { policy, takenAt }) {
    const { stoppedContainersMax, stoppedContainerAgeDaysMax } = policy;
    const stopped = containers.read.filter(({ state }) => STOPPED.includes(state));
    const old = stopped.filter((one) => daysStopped(one, takenAt) > stoppedContainerAgeDaysMax);
    const evidence = [
      containersListed('stopped containers', stopped.length),
      containersListed('stopped for too long', old.map(({ name }) => name).sort()),
      policySaid('policy.stoppedContainersMax', stoppedContainersMax),
      policySaid('policy.stoppedContainerAgeDaysMax', stoppedContainerAgeDaysMax),
    ];
    const faults = [
      ...(stopped.length > stoppedContainersMax ? [counted(stopped.length, 'container')] : []),
      ...(old.length > 0
        ? [
            `${enumerate(old.map(({ name }) => name).sort())} for over ${stoppedContainerAgeDaysMax} days`,
          ]
        : []),
    ];
    if (faults.length > 0) return fail(`keeps stopped: ${faults.join('; ')}`, evidence);
    const unread = containers.unread.length;
    if (unread > 0) return unknown(`${counted(unread, 'container')} could not be read`, evidence);
    return pass(`keeps ${counted(stopped.length, 'stopped container')}`, evidence);
  },
  examples: {
    pass: [
      {},
      ended('2026-01-01T12:00:00Z'),
      { container: { state: 'paused', startedAt: '2025-01-01T00:00:00Z' } },
      { otherContainers: [{ state: 'created', startedAt: null }] },
      { ...ended('2025-06-01T00:00:00Z'), policy: { stoppedContainerAgeDaysMax: 365 } },
    ],
    fail: [
      ended('2025-06-01T00:00:00Z'),
      { container: { state: 'created', createdAt: '2025-06-01T00:00:00Z', startedAt: null } },
      { ...ended('2026-01-01T12:00:00Z'), policy: { stoppedContainersMax: 0 } },
    ],
  },
});

/** Days since it ended, or since it was made when it never ran; 0 when neither is known. */
const daysStopped = ({ finishedAt, createdAt }: JudgedContainer, takenAt: string): number =>
  daysBetween(finishedAt ?? createdAt, takenAt) ?? 0;

function ended(finishedAt: string): ExampleHost {
  return { container: { state: 'exited', finishedAt } };
}
