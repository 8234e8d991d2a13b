import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeBridge } from '../support/sshd.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const file = (path: string) => JSON.stringify(join(import.meta.dirname, '../..', path));

/** Reads once over `url` and then has nothing more to do, without closing. */
const program = (url: string, options: string) => `
  const { openEngine } = await import(${file('src/engine/open-engine.ts')});
  const url = ${url};
  const reader = openEngine({ url, allowedEndpoints: ['GET /info'], ${options} });
  process.stdout.write(JSON.stringify(await reader.get('/info')));
`;

// The engine lives in the same program, so it must not hold it either.
const server = (listenOn: string) => `
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const isVersion = request.url === '/version';
    response.end(isVersion ? '{"ApiVersion":"1.45","MinAPIVersion":"1.24"}' : '{"ID":"x"}');
  });
  server.on('connection', (socket) => socket.unref());
  await new Promise((resolve) => server.listen(${listenOn}, '127.0.0.1', resolve));
  server.keepAliveTimeout = 600_000;
  setTimeout(() => server.unref(), 0);
`;

it('an idle reader that nobody closed keeps no program alive', () => {
  const script = `${server('0')} ${program("'tcp://127.0.0.1:' + server.address().port", '')}`;

  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 60_000,
  });

  expect(output.toString()).toBe('{"ID":"x"}');
});

it('nor does an idle ssh process', () => {
  const socketPath = join(folder, 'engine.sock');
  const bridge = writeBridge(folder, socketPath);
  const listening = server(JSON.stringify(socketPath)).replace(", '127.0.0.1'", '');
  const script = `${listening} ${program("'ssh://web-1'", `sshProgram: ${JSON.stringify(bridge)}`)}`;

  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 60_000,
  });

  expect(output.toString()).toBe('{"ID":"x"}');
});
