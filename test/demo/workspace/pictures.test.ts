import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { callApi, openPage, openSilent } from './open-for-tests.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await openSilent();
});
afterEach(() => workspace.close());

/** One white pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=',
  'base64',
);
const chart = {
  type: 'data_visualization',
  title: 'Score',
  chart: {
    type: 'line',
    series: [{ name: 'web-1', data: [{ label: '1 Nov', value: 60 }] }],
    axis_config: { categories: ['1 Nov'] },
  },
};

async function upload(name: string, content: Buffer, isComplete = true): Promise<string> {
  const args = { filename: name, length: content.length };
  const { file_id: id, upload_url: url } = await callApi(
    workspace,
    'files.getUploadURLExternal',
    args,
  );
  await fetch(String(url), { method: 'POST', body: new Uint8Array(content) });
  if (isComplete) await callApi(workspace, 'files.completeUploadExternal', { files: [{ id }] });
  return String(id);
}
const post = (blocks: object[]) =>
  callApi(workspace, 'chat.postMessage', { channel: '#security', text: 'x', blocks });
const image = (id: string) => ({ type: 'image', alt_text: 'a chart', slack_file: { id } });

test('an image may show an uploaded picture', async () => {
  const id = await upload('chart.png', png);

  expect(await post([image(id)])).toMatchObject({ ok: true });
  expect(workspace.violations).toEqual([]);
});

test.each([
  ['a file that nobody uploaded', async () => 'F0UNKNOWN0'],
  ['a file that is no picture', () => upload('chart.png', Buffer.from('<svg/>'))],
  ['an upload that was not completed', () => upload('chart.png', png, false)],
])('an image may not show %s', async (_, fileId) => {
  const answer = await post([image(await fileId())]);

  expect(answer).toMatchObject({ ok: false, error: 'invalid_blocks' });
  expect(answer.response_metadata?.messages).toEqual([
    '[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]',
  ]);
});

test('a picture can be seen on the page, another file cannot', async () => {
  const picture = await upload('chart.png', png);
  const text = await upload('report.txt', Buffer.from('secret'));
  const browse = await openPage(workspace);
  const seen = await browse(`/page/picture/${picture}`);

  expect(seen.headers.get('content-type')).toBe('image/png');
  expect(seen.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await seen.arrayBuffer()).equals(png)).toBe(true);
  expect((await browse(`/page/picture/${text}`)).status).toBe(404);
  expect((await browse('/page/picture/F0UNKNOWN0')).status).toBe(404);
});

test('a type of block can be refused, as by a workspace that does not take it yet', async () => {
  workspace.faults.add({ kind: 'refuse-block', blockType: 'data_visualization' });

  expect(await post([{ type: 'divider' }])).toMatchObject({ ok: true });
  expect(await post([chart])).toMatchObject({ ok: false, error: 'invalid_blocks' });
  expect(await post([chart])).toMatchObject({ ok: true });
  expect(workspace.violations).toEqual([]);
});

test('it is refused at a response address too', async () => {
  workspace.faults.add({
    kind: 'refuse-block',
    blockType: 'data_visualization',
    method: 'response_url',
  });
  const { responseUrl } = await workspace.sendCommand({ text: 'x' });
  const answer = await fetch(responseUrl, {
    method: 'POST',
    body: JSON.stringify({ text: 'x', blocks: [chart] }),
  });

  expect([answer.status, await answer.text()]).toEqual([400, 'invalid_blocks']);
});
