import { readFileSync } from 'node:fs';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import * as collectors from '../../src/snapshot/collectors/index.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';
import { recordingFolder } from '../support/engine-recording.ts';
import { recordedReader } from '../support/recorded-reader.ts';

const rules = new Map<string, Rule>(allRules.map((rule) => [rule.id, rule]));

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

/** Only images in use are judged, and most of the recorded ones are not. */
function withEveryImageUsed(snapshot: Snapshot): Snapshot {
  const { containers, images } = snapshot;
  if (containers.state !== 'read' || images.state !== 'read') throw new Error('not recorded');
  const [first] = containers.value.read;
  if (first === undefined) throw new Error('no container recorded');
  const users = images.value.read.map(({ id }) => ({ ...first, id: `user-of-${id}`, imageId: id }));
  return { ...snapshot, containers: read({ read: users, unread: [] }) };
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

    const results = evaluateRule(ruleNamed(id), assess(snapshot));

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
    const results = evaluateRule(ruleNamed('no-sensitive-mount'), assess(snapshot));

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
    const results = evaluateRule(ruleNamed(id), assess(snapshot));

    expect(results.find(({ subject }) => subject.name === name)?.verdict).toBe(verdict);
  });

  it.each([
    ['userns-remap', 'fail'],
    ['no-tcp-without-mtls', 'unknown'],
    ['default-bridge-icc-off', 'not-applicable'],
    ['live-restore', 'fail'],
    ['authorization-plugin', 'fail'],
    ['no-new-privileges-default', 'fail'],
    ['rootless-engine', 'fail'],
    ['no-insecure-registry', 'pass'],
    ['no-aufs-driver', 'pass'],
    ['no-devicemapper-driver', 'pass'],
    ['devicemapper-base-size', 'not-applicable'],
    ['no-experimental-features', 'pass'],
    ['engine-seccomp-profile', 'pass'],
    ['swarm-mode-intended', 'pass'],
    ['remote-logging', 'fail'],
    // Debian patches it itself, so 26.1.5 alone proves nothing.
    ['supported-engine-version', 'unknown'],
    ['log-level-info', 'unknown'],
    ['firewall-managed', 'unknown'],
    ['userland-proxy-off', 'unknown'],
    ['default-cgroup-parent', 'unknown'],
    ['default-ulimits', 'unknown'],
    ['no-image-sprawl', 'pass'],
    ['no-container-sprawl', 'pass'],
  ])('says of the engine under %s: %s', (id, verdict) => {
    expect(evaluateRule(ruleNamed(id), assess(snapshot)).map((one) => one.verdict)).toEqual([
      verdict,
    ]);
  });

  it.each([
    ['bb-addlast:1.0', 'no-add-instruction', 'fail'],
    // Its words are those of an echo, or part of a longer word.
    ['bb-update:1.0', 'no-lone-index-update', 'pass'],
    ['bb-updatelong:1.0', 'no-lone-index-update', 'pass'],
    ['bb-updateca:1.0', 'no-lone-index-update', 'pass'],
    ['bb-updateca:1.0', 'no-add-instruction', 'pass'],
    // Imported, so no step of its build is known.
    ['bb:1.0', 'no-lone-index-update', 'unknown'],
    ['bb:1.0', 'no-add-instruction', 'unknown'],
    ['bb:1.0', 'no-image-secret', 'pass'],
    ['bb:1.0', 'trusted-image-source', 'unknown'],
    ['bb:1.0', 'image-rebuilt', 'unknown'],
    ['bb:1.0', 'no-committed-image', 'not-applicable'],
    ['bb-health:1.0', 'no-committed-image', 'pass'],
    ['bb:1.0', 'verified-packages', 'unknown'],
  ])('%s under %s: %s', (name, id, verdict) => {
    const results = evaluateRule(ruleNamed(id), assess(withEveryImageUsed(snapshot)));

    expect(results.find(({ subject }) => subject.name === name)?.verdict).toBe(verdict);
  });

  it.each([
    ['t07-hardened', 'ulimit-override-intended', 'unknown'],
    ['t08-nnp-false', 'ulimit-override-intended', 'pass'],
    ['t34-cgparent', 'cgroup-parent-intended', 'unknown'],
    ['t01-priv', 'cgroup-parent-intended', 'pass'],
    ['t12-port6', 'declared-ports-only', 'unknown'],
    ['t02-hostns', 'declared-ports-only', 'unknown'],
    ['t01-priv', 'declared-ports-only', 'pass'],
    ['t13-restart-always', 'current-image', 'unknown'],
    ['t37-stopped-priv', 'no-privileged-exec', 'not-applicable'],
    ['t01-priv', 'no-root-exec', 'unknown'],
  ])('%s under %s: %s', (name, id, verdict) => {
    const results = evaluateRule(ruleNamed(id), assess(snapshot));

    expect(results.find(({ subject }) => subject.name === name)?.verdict).toBe(verdict);
  });

  it('judges the open port that only IPv6 has, once the ports are declared', () => {
    const policy = {
      ...defaultPolicy,
      declaredPorts: { 't12-port6': ['80'], 't10-port80': ['80'] },
    };
    const results = evaluateRule(ruleNamed('declared-ports-only'), assess(snapshot), policy);
    const verdictOf = (name: string) =>
      results.find(({ subject }) => subject.name === name)?.verdict;

    expect([verdictOf('t12-port6'), verdictOf('t10-port80')]).toEqual(['fail', 'pass']);
  });

  it('has no swarm to judge', () => {
    const swarmRules = [...rules.values()].filter(({ subject }) => subject === 'swarm');
    const verdicts = swarmRules.flatMap((rule) => evaluateRule(rule, assess(snapshot)));

    expect(swarmRules).toHaveLength(9);
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['not-applicable']));
  });
});
