import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { UserError } from '../../src/shared/errors.ts';
import { listenOn } from '../../src/shared/listen-on.ts';

const opened: Server[] = [];
function server(): Server {
  const made = createServer();
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const one of opened.splice(0).filter(({ listening }) => listening)) {
    one.close();
    await once(one, 'close');
  }
});

it('gives the port, a free one for 0', async () => {
  const port = await listenOn(server(), { host: '127.0.0.1', port: 0 });

  expect(opened[0]?.address()).toMatchObject({ port });
  expect(port).toBeGreaterThan(0);
});

it('says that another program has the port', async () => {
  const host = '127.0.0.1';
  const port = await listenOn(server(), { host, port: 0 });
  const refused = listenOn(server(), { host, port });

  await expect(refused).rejects.toThrow(
    new UserError(`Port ${port} of 127.0.0.1 cannot be listened on: another program has it.`),
  );
  await expect(refused).rejects.toBeInstanceOf(UserError);
});

it('says that the machine has no such address', async () => {
  await expect(listenOn(server(), { host: '192.0.2.1', port: 0 })).rejects.toThrow(
    'Port 0 of 192.0.2.1 cannot be listened on: this machine has no such address.',
  );
});
