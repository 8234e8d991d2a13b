import { OutsideError } from '../../../src/shared/errors.ts';
import { type ChatKind, openChatApp } from '../../support/chat-app.ts';

describe.each<ChatKind>(['http', 'socket'])('a start over %s', (kind) => {
  test('with a refused bot token rejects and names the reason', async () => {
    const opening = openChatApp({ kind, botToken: 'xoxb-wrong' });

    await expect(opening).rejects.toThrow(OutsideError);
    await expect(opening).rejects.toMatchObject({
      detail: 'auth.test: invalid_auth',
      remedy: expect.stringMatching(/^seawall setup tries SLACK_BOT_TOKEN/),
    });
  });

  test('where Slack is not reached does not blame the token', async () => {
    const slackApiUrl = 'http://127.0.0.1:2/api/';

    await expect(openChatApp({ kind, slackApiUrl })).rejects.toMatchObject({
      detail: 'could not reach 127.0.0.1:2 (ECONNREFUSED)',
      remedy: expect.stringMatching(/^Let Seawall out to Slack/),
    });
  });

  test('leaves no socket, server or timer behind when it fails', async () => {
    const before = process.getActiveResourcesInfo().filter(isServerOrSocket).length;

    await openChatApp({ kind, botToken: 'xoxb-wrong' }).catch(() => undefined);

    expect(process.getActiveResourcesInfo().filter(isServerOrSocket).length).toBeLessThanOrEqual(
      before,
    );
  });
});

const isServerOrSocket = (name: string) => /TCPSERVER|TCPServer/i.test(name);
