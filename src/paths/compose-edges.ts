import { mountEvidence } from '../rules/mounts.ts';
import { inspected } from '../snapshot/evidence.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import type { Edge } from './graph.ts';
import { stepTo } from './host-step.ts';
import { missing, type Power, throughFiles, weakness } from './power.ts';

/**
 * Through the files from which Compose made a container that writes to them: what it puts there is done when somebody
 * brings the project up again. The label names files of the machine where Compose ran, which need not be the host.
 */
export function composeSteps(power: Power, shown: ShownMount, path: string): Edge[] {
  const { composeFiles = [] } = power.container;
  const own = composeFiles.filter((file) => isWithin(file, path));
  if (own.length === 0) return [];
  return [
    stepTo(power, {
      kind: 'writable-mount',
      name: own.join(', '),
      says: `can write to ${own.join(', ')}, from which Compose makes it`,
      conditions: [
        ...throughFiles(power, 'write there'),
        missing('Compose is run on the host itself (unknown)'),
        weakness('somebody brings its Compose project up again'),
      ],
      evidence: () => [
        ...mountEvidence(shown),
        inspected('Config.Labels[com.docker.compose.project.config_files]', composeFiles),
      ],
      rules: [],
    }),
  ];
}
