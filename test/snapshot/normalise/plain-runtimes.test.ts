import { foreign } from '../../../src/snapshot/foreign.ts';
import { plainRuntimes } from '../../../src/snapshot/normalise/engine.ts';
import { recording } from '../../support/recorded-reader.ts';

const plain = (runtimes: unknown) => [
  ...plainRuntimes(foreign('GET /info', { Runtimes: runtimes })),
];
const features = (annotations: object) => ({
  'org.opencontainers.runtime-spec.features': JSON.stringify({ annotations }),
});

it('are those of the recorded engine', () => {
  expect([...plainRuntimes(foreign('GET /info', recording('info')))].sort()).toEqual([
    'io.containerd.runc.v2',
    'runc',
  ]);
});

it('are known by what the program tells of itself, not by a name', () => {
  expect(
    plain({
      kata: {
        path: '/opt/kata',
        status: features({ 'org.opencontainers.runc.version': '1.1.15' }),
      },
      crun: { path: 'crun', status: features({ 'run.oci.crun.version': '1.20' }) },
      runc: { path: '/usr/bin/runc', status: features({ 'dev.gvisor.version': '1' }) },
    }),
  ).toEqual(['kata', 'crun']);
});

it('are known by the program where the engine does not ask it', () => {
  expect(
    plain({
      old: { path: 'docker-runc' },
      runc: { path: '/usr/sbin/runc' },
      runsc: { path: '/usr/bin/runsc' },
      likeRunc: { path: '/opt/notrunc' },
      versioned: { path: '/opt/runc-1.1.12' },
      built: { path: '/opt/runc.amd64' },
      machine: { path: '/usr/bin/crun-vm' },
      cards: { path: '/usr/bin/nvidia-container-runtime' },
      amd: { path: 'amd-container-runtime' },
      newer: { path: '/run/nvidia/toolkit/nvidia-container-runtime-experimental' },
      typed: { runtimeType: 'io.containerd.runc.v2' },
      kata: { runtimeType: 'io.containerd.kata.v2' },
    }),
  ).toEqual(['old', 'runc', 'versioned', 'built', 'cards', 'amd', 'newer', 'typed']);
});
