import { distinct } from '../../shared/distinct.ts';
import { counted, enumerate } from '../../shared/text.ts';
import { inspected } from '../../snapshot/evidence.ts';
import { ownOfEngines } from '../../snapshot/seen-mounts.ts';
import type { ShownMount } from '../../snapshot/shown-mounts.ts';
import { isSeenConfined, mappedBy } from '../control-evidence.ts';
import { engineHost } from '../engine-host.ts';
import { sensitiveMountExamples } from '../example-sensitive-mounts.ts';
import { harmlessNameExamples, ownFileExamples } from '../example-unclear-mounts.ts';
import { withoutMounts } from '../fix-change.ts';
import { maybeBelieved, toldBelow } from '../folders-of-host.ts';
import {
  isMereProgram,
  listedLines,
  lookedUp,
  perhaps,
  tableEvidence,
  unclear,
  unresolved,
  untoldOfEngine,
} from '../mounts.ts';
import {
  doubtOf,
  isKept,
  isOffending,
  namedBy,
  openEndOf,
  sensitivity,
  socketEvidence,
  weighed,
} from '../offending-mounts.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

export const noSensitiveMount = defineRule({
  id: 'no-sensitive-mount',
  title: 'Containers mount no sensitive host paths',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.6', 'cis-1.8:5.6'],
  rationale:
    'Anyone who can write to the configuration, programs or devices of a host controls it. Anyone who can read them knows its secrets.',
  remediation:
    'Use a named volume or a folder made for the workload; where a single file is needed, mount that file with `:ro`. Mount no socket: `:ro` stops nobody from connecting.',
  fix: {
    words: 'Remove the mounts of sensitive host paths from {}',
    change: (seen) => withoutMounts(seen('Mounts')),
  },
  facet: 'sensitive-mount',
  consults: ['engine', 'kernel', 'mountSources', 'hostProcesses', 'networks', 'hostFiles'],
  prepare(facts, { policy: { sensitivePaths } }) {
    const own = ownOfEngines(facts);
    const told = facts.engine.state === 'read' ? facts.engine.value : null;
    const engine = engineHost(told, own);
    const socketPaths = [...(told?.socketPaths ?? []), ...own.sockets];
    const isSensitive = sensitivity(sensitivePaths, socketPaths, engine);
    return { engine, isSensitive, isNamed: namedBy(sensitivePaths) };
  },
  judge(container, _facts, { mountsOf, controlsOf }, { engine, isSensitive, isNamed }) {
    const { seen, shown } = mountsOf(container.id);
    const offending = shown.flatMap((one) =>
      one.things.flatMap((thing) => {
        const isWritable = one.mount.isWritable && !isKept(thing);
        const isOne =
          isOffending(thing, isWritable, isSensitive) && !isMereProgram(one, thing, engine);
        return isOne ? [{ one, thing, isWritable }] : [];
      }),
    );
    const lines = (mounts: readonly ShownMount[]) => [
      inspected('Mounts', listedLines(mounts)),
      ...tableEvidence(mounts),
      ...socketEvidence(mounts, seen.temporarySockets),
    ];
    if (offending.length > 0) {
      const mapped = mappedBy(controlsOf(container.id));
      const evidence = [...lines(offending.map(({ one }) => one)), ...(mapped ?? [])];
      const weight = { engine, isMapped: mapped !== null, isNamed };
      const { message, ...more } = weighed(offending, weight);
      return fail(message, evidence, more);
    }
    const controls = controlsOf(container.id);
    const more = controls.moreGiven('mounts');
    const believing = { dataRoot: engine?.dataRoot ?? null, isConfined: isSeenConfined(controls) };
    const doubts = shown.flatMap((one) => [
      ...one.things.flatMap((thing) => doubtOf(thing, one, seen.temporarySockets)),
      ...unclear(one),
      ...unresolved(one),
      ...toldBelow(one, seen),
      ...maybeBelieved(one, seen, believing),
      ...perhaps(one, isSensitive),
      ...untoldOfEngine([one], seen),
    ]);
    if (more !== null) doubts.push(more);
    if (doubts.length > 0) return unknown(enumerate(distinct(doubts)), lines(shown));
    // Without the kernel the same mount passes by its name: the doubt is said, and no more.
    const open = shown.flatMap(({ mount, things }) =>
      things.flatMap((thing) => openEndOf(thing, mount, isSensitive)),
    );
    const none = `has ${counted(container.mounts.length, 'mount')}, none of a sensitive host path`;
    const message = `${none}${open.length > 0 ? `, but ${enumerate(open)}` : lookedUp(shown)}`;
    return pass(message, lines(shown));
  },
  examples: {
    ...sensitiveMountExamples,
    pass: [...sensitiveMountExamples.pass, ...harmlessNameExamples],
    fail: [...sensitiveMountExamples.fail, ...ownFileExamples],
  },
});
