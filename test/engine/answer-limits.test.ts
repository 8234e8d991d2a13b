import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { answerLimit } from '../../src/engine/answer-limits.ts';
import { createTraffic } from '../../src/engine/engine-traffic.ts';
import { limits } from '../../src/engine/limits.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import { useEngines } from '../support/engine-door.ts';

const { serve, reader } = useEngines();
const MB = 1024 * 1024;

const raw = (body: string) => (_: unknown, response: ServerResponse) =>
  response.setHeader('Content-Type', 'application/json').end(body);
const repeated = (item: string, bytes: number) =>
  `[${`${item},`.repeat(bytes / (item.length + 1))}${item}]`;

describe('an answer', () => {
  it.each<[string, string, string, string]>([
    ['facts with 15 MB', '/info', repeated('{}', 15 * MB), 'more than 512 KB'],
    ['facts of nothing but records', '/info', repeated('{}', MB / 4), 'more than 10000 values'],
    ['a container with 2 MB', '/containers/4f5c/json', `"${'x'.repeat(2 * MB)}"`, '512 KB'],
    ['a list of records', '/containers/json', repeated('{}', 4 * MB), 'more than 300000 values'],
    ['a list of texts', '/containers/json', repeated(`"${'x'.repeat(99)}"`, 9 * MB), '8192 KB'],
    ['a deep record', '/info', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'deeper than 100'],
  ])('that is %s is not taken', async (_case, path, body, reason) => {
    const engine = await serve({ routes: { [path]: raw(body) } });

    await expect(reader(engine.url).get(path)).rejects.toMatchObject({
      code: 'engine-answer-too-large',
      message: expect.stringContaining(reason),
    });
  });

  it('of five thousand containers is', async () => {
    const listed = Array.from({ length: 5000 }, (_, index) => ({
      Id: String(index).padStart(64, 'a'),
      Names: [`/container-${index}`],
      Labels: Object.fromEntries(Array.from({ length: 12 }, (__, n) => [`com.example.${n}`, 'x'])),
    }));
    const engine = await serve({ routes: { '/containers/json': listed } });

    expect(await reader(engine.url).get('/containers/json')).toEqual(listed);
  });

  it('is read like JSON.parse reads it, in parts or whole', async () => {
    let body = '';
    const engine = await serve({
      routes: {
        '/containers/json': (_: unknown, response: ServerResponse) => raw(body)(_, response),
      },
    });
    const door = reader(engine.url);
    const item = fc.record({ text: fc.string({ unit: anyCharacter }), value: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(fc.array(item), fc.integer({ min: 1, max: 400 }), async (items, times) => {
        const list = Array.from({ length: times }, () => items).flat();
        body = JSON.stringify(list, null, times % 3);
        expect(await door.get('/containers/json')).toEqual(JSON.parse(body));
      }),
      { numRuns: 60 },
    );
  });

  it.each(['[1,2', '[1,,2]', '[1,2]]', '{"a":[1,2}', '["a\\"]', ''])(
    'that is no JSON is refused however long it is: %j',
    async (end) => {
      const item = `"${'x'.repeat(50)}"`;
      const body = end.startsWith('[') ? `[${`${item},`.repeat(5000)}${end.slice(1)}` : end;
      const engine = await serve({ routes: { '/containers/json': raw(body) } });

      await expect(reader(engine.url).get('/containers/json')).rejects.toMatchObject({
        code: 'engine-invalid-answer',
      });
    },
  );

  it('has the limit of its kind, whatever the id', () => {
    const many = answerLimit('GET /containers/{id}/top');
    expect(answerLimit('GET /containers/4f5c/top')).toBe(many);
    expect(answerLimit('GET /containers/json/top')).toBe(many);
    expect(answerLimit('GET /info')).toBe(answerLimit('GET /containers/4f5c/json'));
    expect(many).not.toBe(answerLimit('GET /info'));
  });
});

describe('the answers of one engine', () => {
  it('are so many bytes in a scan, and the rest is refused by name', async () => {
    const text = 'x'.repeat(MB / 2 - 100);
    const engine = await serve({ routes: { '/info': { text } } });
    const traffic = createTraffic();
    const door = reader(engine.url, { allowance: traffic.ofScan() });
    const fit = (2 * limits.scanBytes) / MB;
    for (let index = 0; index < fit; index += 1) await door.get('/info');

    await expect(door.get('/info')).rejects.toMatchObject({
      message: expect.stringContaining('has sent 32 MB, which is all that one scan reads'),
    });
    const next = reader(engine.url, { allowance: traffic.ofScan() });
    expect(await next.get('/info')).toEqual({ text });
    expect(traffic.cutCount()).toBe(1);
  });

  it('are held one at a time where they are large, and small ones do not wait', async () => {
    const half = Buffer.from(`[${`"${'x'.repeat(1022)}",`.repeat(600)}`);
    const begun: ServerResponse[] = [];
    const engine = await serve({
      routes: {
        '/containers/json': (_: unknown, response: ServerResponse) => {
          response.setHeader('Content-Type', 'application/json').write(half);
          begun.push(response);
        },
        '/info': { small: true },
      },
    });
    const { scanning: lane, unbudgeted: allowance } = createTraffic();
    const door = reader(engine.url, { lane, allowance });
    const done: number[] = [];
    const large = [0, 1].map((index) => door.get('/containers/json').then(() => done.push(index)));
    while (begun.length < 2) await door.get('/info');

    // The second to begin has its end at once, and waits for the first all the same.
    begun[1]?.end('"end"]');
    expect(await door.get('/info')).toEqual({ small: true });
    expect(done).toEqual([]);
    begun[0]?.end('"end"]');
    await Promise.all(large);
    expect(done).toHaveLength(2);
  });
});
