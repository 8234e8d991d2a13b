import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { openRequestBodies } from '../../src/chat/http-door.ts';
import { strainOf } from '../support/strain.ts';
import { until } from '../support/until.ts';

const requestOf = (parts: AsyncIterable<Buffer>) => Readable.from(parts) as IncomingMessage;

async function* bytes(text: string): AsyncGenerator<Buffer> {
  for (const byte of Buffer.from(text)) yield Buffer.from([byte]);
}

test('a body is the same in whatever parts it comes', async () => {
  const text = 'payload='.repeat(12_345);
  const over = Promise.resolve();
  const read = await openRequestBodies().read(requestOf(bytes(text)), true, over);

  expect(read.kind === 'read' && read.body.toString()).toBe(text);
});

test('a body takes no more memory for coming byte by byte', async () => {
  let sent = 0;
  let end = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const parts = async function* () {
    for (; sent < 200_000; sent += 1) yield Buffer.from([97]);
    await held;
  };
  let reading: Promise<unknown> = held;
  const { keptMb } = await strainOf(async () => {
    reading = openRequestBodies().read(requestOf(parts()), true, held);
    await until(() => sent === 200_000);
  });
  end();

  expect(await reading).toMatchObject({ kind: 'read' });
  expect(keptMb).toBeLessThan(2);
});
