import { readFileSync } from 'node:fs';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import * as catalogue from '../../src/rules/catalogue/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import * as collectors from '../../src/snapshot/collectors/index.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';
import { recordedReader, recordingFolder } from '../support/recorded-reader.ts';

const rules = new Map<string, Rule>(Object.values(catalogue).map((rule) => [rule.id, rule]));

const [header = [], ...rows] = readFileSync(`${recordingFolder}/expected_verdicts.tsv`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));
const judgedRules = header.slice(1);

function ruleNamed(id: string): Rule {
  const rule = rules.get(id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

describe('the recorded engine, whose right verdicts are known', () => {
  let snapshot: Snapshot;

  beforeAll(async () => {
    const reader = recordedReader();
    snapshot = await takeSnapshot({
      host: 'demo',
      takenAt: '2026-01-01T00:00:00Z',
      reader,
      collectors,
    });
  });

  it('has 612 of them', () => {
    expect(judgedRules.length * rows.length).toBe(612);
  });

  it.each(judgedRules)('%s judges every container rightly', (id) => {
    const column = header.indexOf(id);
    const expected = Object.fromEntries(rows.map((row) => [row[0], row[column]]));

    const results = evaluateRule(ruleNamed(id), snapshot);

    expect(Object.fromEntries(results.map((one) => [one.subject.name, one.verdict]))).toEqual(
      expected,
    );
  });

  // A sensitive path mounted read-only is the lesser offence (t05, t30).
  it.each([
    ['t04-mnt-rw', 'high'],
    ['t05-mnt-ro-then-rw', 'medium'],
    ['t29-mnt-sub', 'high'],
    ['t30-mnt-ro-root', 'medium'],
  ])('grades the mounts of %s as %s', (name, severity) => {
    const results = evaluateRule(ruleNamed('no-sensitive-mount'), snapshot);

    expect(results.find(({ subject }) => subject.name === name)?.severity).toBe(severity);
  });

  it.each([
    ['t13-restart-always', 'no-mutable-tag', 'fail'],
    ['t16-rshared', 'no-shared-propagation', 'fail'],
    ['t18-env-secret', 'no-env-secret', 'fail'],
    ['t25-health', 'healthcheck', 'pass'],
    ['t26-healthnone', 'healthcheck', 'fail'],
    ['t07-hardened', 'memory-limit', 'pass'],
    ['t07-hardened', 'pids-limit', 'pass'],
    ['t07-hardened', 'read-only-rootfs', 'pass'],
    ['t07-hardened', 'no-env-secret', 'pass'],
    ['t27-joinhostns', 'no-host-network', 'fail'],
    ['t19-sshd', 'no-sshd', 'unknown'],
    ['t37-stopped-priv', 'no-sshd', 'not-applicable'],
  ])('%s under %s: %s', (name, id, verdict) => {
    const results = evaluateRule(ruleNamed(id), snapshot);

    expect(results.find(({ subject }) => subject.name === name)?.verdict).toBe(verdict);
  });

  it.each([
    ['userns-remap', 'fail'],
    ['no-tcp-without-mtls', 'unknown'],
    ['default-bridge-icc-off', 'not-applicable'],
    ['live-restore', 'fail'],
    ['authorization-plugin', 'fail'],
    ['no-new-privileges-default', 'fail'],
  ])('says of the engine under %s: %s', (id, verdict) => {
    expect(evaluateRule(ruleNamed(id), snapshot).map((one) => one.verdict)).toEqual([verdict]);
  });
});
