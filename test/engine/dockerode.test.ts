import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

test('a process that talks to engines loads neither a client of SSH nor one of gRPC', () => {
  const program = pathToFileURL(resolve('src/engine/dial.ts')).href;
  const code = `
    await import(${JSON.stringify(program)});
    const { createRequire } = await import('node:module');
    process.stdout.write(Object.keys(createRequire(${JSON.stringify(program)}).cache).join('\\n'));`;
  const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code];

  const loaded = execFileSync(process.execPath, options, { encoding: 'utf8' });
  expect(loaded).toContain('dockerode/lib/docker.js');
  expect(loaded).toContain('docker-modem/lib/modem.js');
  expect(loaded).not.toMatch(/node_modules\/(ssh2|@grpc|protobufjs)\//);
});
