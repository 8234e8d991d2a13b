import { assess } from '../../src/assessment/assess.ts';
import { privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Podman's `--userns private` with `--uidmap 0:0:65536` leaves root what it is; `auto` never does (podman-run(1)).
it.each([
  ['auto', 'conditional'],
  ['private', 'unproven'],
])('ways out of a user namespace by the mode %s are %s', (mode, certainty) => {
  const { paths } = attackPaths(
    assess(
      exampleSnapshot({
        engine: { isPodman: true },
        container: {
          ...privileged,
          user: { declared: '', uid: 0, reason: null },
          userNamespace: { mode, resolved: 'private', via: [] },
        },
      }),
    ),
  );

  expect(paths.length).toBeGreaterThan(0);
  expect(new Set(paths.map((one) => one.certainty))).toEqual(new Set([certainty]));
});
