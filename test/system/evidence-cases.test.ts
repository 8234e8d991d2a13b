import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import type { Control } from '../../src/controls/control.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { untilRuns } from '../support/commands-in.ts';
import { patient } from '../support/patient.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import {
  almostProfile,
  type EvidenceCase,
  evidenceCases,
  openProfile,
  renderEvidenceCases,
} from './evidence-cases.ts';
import { keepPage } from './kept-page.ts';

const engineOptions: Record<EvidenceCase['engine'], Parameters<typeof openRealEngine>[0]> = {
  plain: {},
  hardened: { options: ['--no-new-privileges', '--seccomp-profile', 'unconfined'] },
  remapping: { remapsUsers: true },
};
const kinds = Object.keys(engineOptions) as EvidenceCase['engine'][];
const levels = ['api', 'kernel'] as const;

const engines = new Map<EvidenceCase['engine'], RealEngine>();
/** Controls by level and name of the container. */
const found = { api: new Map<string, Control[]>(), kernel: new Map<string, Control[]>() };

beforeAll(async () => {
  for (const kind of kinds) {
    const engine = await openRealEngine(engineOptions[kind]);
    engines.set(kind, engine);
    prepare(engine);
    for (const { id, options } of evidenceCases.filter((one) => one.engine === kind)) {
      const here = options.map((option) => option.replace('FOLDER', engine.folder));
      const all = options.includes('--network') ? here : ['--no-network', ...here];
      await startContainer(engine.socketPath, id, all, [baseImage, 'sleep', 'infinity']);
    }
    await untilRuns(engine.root());
    for (const level of levels) {
      const hosts = [{ ...patient, name: kind, url: engine.url, evidence: level }];
      const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot(kind);
      if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
      const controls = assess(snapshot).controls;
      for (const { id, name } of snapshot.containers.value.read) {
        found[level].set(name, [...(controls.get(id)?.all ?? [])]);
      }
    }
  }
});
afterAll(async () => {
  for (const engine of engines.values()) await engine.close();
});

function prepare(engine: RealEngine): void {
  engine.importBaseImage();
  mkdirSync(join(engine.folder, 'shared'));
  for (const [name, profile] of Object.entries({ almost: almostProfile, open: openProfile })) {
    writeFileSync(join(engine.folder, `${name}.json`), JSON.stringify(profile));
  }
}

describe.each(levels)('at the level %s', (level) => {
  it.each(evidenceCases)('$id: $what', ({ id, expected }) => {
    for (const [name, at] of Object.entries(expected)) {
      const control = found[level].get(id)?.find((one) => one.control === name);
      const wanted = (level === 'kernel' ? at.kernel : undefined) ?? at.api;

      expect({ name, ...control }).toMatchObject({ name, ...wanted });
    }
  });
});

it('never calls measured at the level api what only the kernel tells', () => {
  const kernelOnly = /^(cap-|no-new-privileges|seccomp)/;
  const all = [...found.api.values()].flat();

  expect(all.length).toBeGreaterThan(500);
  expect(
    all.filter(({ control, source }) => kernelOnly.test(control) && source === 'measured'),
  ).toEqual([]);
});

/** To change it on purpose: delete the page, run this twice and look at the difference. */
it('has the cases on their page', () => {
  keepPage('effective-controls.md', renderEvidenceCases(found));
});
