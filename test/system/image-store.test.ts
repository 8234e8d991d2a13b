import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noCommittedImage } from '../../src/rules/catalogue/no-committed-image.ts';
import { noInsecureRegistry } from '../../src/rules/catalogue/no-insecure-registry.ts';
import { trustedImageSource } from '../../src/rules/catalogue/trusted-image-source.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { lookAtHost } from './look-at-host.ts';

/** An engine with the image store of containerd, on which somebody gave a trusted name to what nobody pulled. */
let engine: RealEngine;
const folder = mkdtempSync(join(tmpdir(), 'image-store-'));
const TRUSTED = 'registry.example/team/app:1';
const policy = { ...defaultPolicy, registries: ['registry.example'] };

beforeAll(async () => {
  const file = join(folder, 'daemon.json');
  const features = { 'containerd-snapshotter': true };
  writeFileSync(file, JSON.stringify({ features, 'insecure-registries': ['localhost:5000'] }));
  engine = await openRealEngine({ options: ['--config-file', file], isOnDisk: true });
  engine.importBaseImage();
  engine.docker('run', '--name', 'changed', '--network', 'host', baseImage, 'true');
  engine.docker('commit', 'changed', TRUSTED);
  engine.docker('create', '--name', 'app', '--network', 'none', TRUSTED);
});
afterAll(async () => {
  await engine?.close();
  rmSync(folder, { recursive: true });
}, 60_000);

async function verdictsOf(rule: Rule): Promise<Record<string, string>> {
  const { snapshot } = await lookAtHost(engine.url, 'api');
  const results = evaluateRule(rule, assess(snapshot), policy);
  return Object.fromEntries(results.map(({ subject, verdict }) => [subject.name, verdict]));
}

it('takes its digests for no proof of a registry', async () => {
  const digests = engine.docker('image', 'inspect', '--format', '{{.RepoDigests}}', TRUSTED);

  expect(digests).toContain('registry.example/team/app@sha256:');
  expect(await verdictsOf(trustedImageSource)).toMatchObject({ [TRUSTED]: 'unknown' });
  expect(await verdictsOf(noCommittedImage)).toMatchObject({ [TRUSTED]: 'unknown' });
});

it('is not blamed for a registry on its own machine', async () => {
  expect(Object.values(await verdictsOf(noInsecureRegistry))).toEqual(['pass']);
});
