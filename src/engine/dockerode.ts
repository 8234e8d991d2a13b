import { createRequire, Module } from 'node:module';
import type DockerType from 'dockerode';

const require = createRequire(import.meta.url);

/**
 * What dockerode loads and nothing here uses: connections over SSH of its own, and builds. They bring a client of SSH
 * and one of gRPC, 11 to 14 MB of memory in each process.
 */
const UNUSED = ['docker-modem/lib/ssh', 'dockerode/lib/session'];

function leaveOut(name: string): void {
  const path = createRequire(require.resolve('dockerode')).resolve(name);
  const exports = () => {
    throw new Error(`${name} is left out`);
  };
  require.cache[path] ??= Object.assign(new Module(path), { exports, loaded: true });
}

for (const name of UNUSED) leaveOut(name);

/** The library without those parts. */
export const Docker = require('dockerode') as typeof DockerType;
