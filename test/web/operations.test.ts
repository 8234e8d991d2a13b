import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError } from '../../src/shared/errors.ts';
import {
  createOperations,
  type OperationsServer,
  serveOperations,
} from '../../src/web/operations.ts';

let server: OperationsServer | undefined;
afterEach(() => server?.close());

async function open(problems: () => Promise<string[]>) {
  const metrics = { render: async () => ({ contentType: 'text/plain', text: 'x 1\n' }) };
  server = await serveOperations(createOperations({ metrics, problems }), {
    ...{ port: 0, host: '127.0.0.1' },
  });
}
const get = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${server?.port}${path}`);
  return `${response.status} ${await response.text()}`;
};

it.each(['/readyz', '/metrics'])('who ask for %s at once have one answer', async (path) => {
  let looks = 0;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const look = async () => {
    looks += 1;
    await ended;
    return [];
  };
  const render = async () => ({ contentType: 'text/plain', text: `${(await look()).length}` });
  const operations = createOperations({ metrics: { render }, problems: look });
  const texts: Promise<unknown>[] = [];
  for (let asker = 0; asker < 60; asker += 1) {
    texts.push(
      new Promise((resolve) => operations(path, { writeHead: () => {}, end: resolve } as never)),
    );
  }
  end();

  expect(new Set(await Promise.all(texts)).size).toBe(1);
  expect(looks).toBe(1);
});

it.each(['/readyz', '/metrics'])(
  'a database that never answers does not hold up who asks for %s',
  async (path) => {
    const never = () => new Promise<never>(() => {});
    const operations = createOperations({
      ...{ metrics: { render: never }, problems: never, answerWithinMs: 20 },
    });
    const ask = () =>
      new Promise((resolve) => {
        const told: unknown[] = [];
        const writeHead = (status: number) => told.push(status);
        operations(path, { writeHead, end: (text: string) => resolve([...told, text]) } as never);
      });

    const late = [503, expect.stringContaining('did not answer in time')];
    expect(await Promise.all([ask(), ask()])).toEqual([late, late]);
  },
);

it('is ready again soon after the database is', async () => {
  let isAway = true;
  await open(async () => {
    if (isAway) throw new OutsideError('store-failed', 'away');
    return [];
  });

  expect(await get('/readyz')).toMatch(/^503 .*away/);
  isAway = false;
  await sleep(550);
  expect(await get('/readyz')).toMatch(/^200 /);
});
