import type { AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { readable } from '../support/chat-app.ts';
import { untilTrue } from '../support/engine-door.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { openSeawall, type RunningSeawall } from '../support/seawall.ts';
import { workerEngine } from '../support/worker-engine.ts';

let engine: RealEngine;
let bot: RunningSeawall;
beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  engine.build('next:1.0', `FROM ${baseImage}\nLABEL build=2\n`);
  bot = await openSeawall({
    hosts: [{ name: 'prod', url: engine.url }],
    mode: 'http',
    access: { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] },
  });
});
afterAll(async () => {
  await bot?.close();
  await engine?.close();
});

/** Makes the container `web` anew, as a deployment does. */
async function deploy(image: string, ...options: string[]): Promise<void> {
  engine.docker('rm', '--force', 'web');
  const all = ['--no-network', ...options];
  await startContainer(engine.socketPath, 'web', all, [image, 'sleep', 'infinity']);
}

async function ask<K extends AnswerKind>(kind: K, text: string): Promise<AnswerOf<K>> {
  const count = bot.answers.length;
  await bot.workspace.sendCommand({ text });
  await untilTrue(() => bot.answers.length > count);
  const answer = bot.answers[count];
  if (answer?.kind !== kind) throw new Error(`${text}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}

const channelText = () => bot.workspace.messages('security').map(readable).join('\n');

test.each([
  ['a capability', () => deploy(baseImage, '--cap-add', 'NET_ADMIN'), 'CAP_NET_ADMIN'],
  ['a mount', () => deploy(baseImage, '--volume', '/srv:/srv'), '/srv'],
  ['another image', () => deploy('next:1.0'), 'image'],
])(
  '%s that a container gets when it is made again voids what was accepted',
  async (_what, change, named) => {
    await deploy(baseImage);
    await ask('scan', 'scan');
    await ask('accepted', 'accept no-root-user web --reason "known risk" --until 30d');
    await deploy(baseImage);
    const same = await ask('scan', 'scan');
    const stateIn = ({ scans }: AnswerOf<'scan'>) =>
      scans[0]?.saved?.open.find(
        ({ rule, subjects }) => rule === 'no-root-user' && subjects[0] === 'web',
      )?.acceptance;
    expect(stateIn(same)?.state).toBe('in-force');

    await change();
    const changed = await ask('scan', 'scan');

    expect(stateIn(changed)).toMatchObject({
      state: 'voided',
      ended: { kind: 'voided', by: 'seawall', why: expect.stringContaining(named) },
    });
    expect(channelText()).toContain(stateIn(changed)?.ended?.why);
  },
);
