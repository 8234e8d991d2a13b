import { join } from 'node:path';
import { loadSettings, type Settings } from '../src/config/load-settings.ts';
import type { Workspace } from './workspace/workspace.ts';

const CHANNEL = 'C0SECURIT';

/**
 * In the demo everybody may try everything, as often as one person can press, and its channel gets a
 * digest each morning, and alerts. It calls nobody, so its feed is the sample's.
 */
const file = (timezone: string) => `
channels:
  - id: ${CHANNEL}
    alerts: {severity: high}
    digest: {at: "08:30", timezone: ${timezone}, days: [mon, tue, wed, thu, fri, sat, sun]}
access:
  approve: [everyone]
feeds: {sources: [], every: "off"}
ask: {keepMisses: true}
rates:
  user: {requests: 600, scans: 60}
  channel: {requests: 600, scans: 60}
`;

/** The demo's settings, which go through the same door as everybody's; the database lies in `folder`. */
export function demoSettings(
  workspace: Workspace,
  folder: string,
  timeZone: string,
): Promise<Settings> {
  return loadSettings({
    environment: {
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      DATABASE_URL: `sqlite:${join(folder, 'seawall.db')}`,
      PORT: '0',
    },
    readFile: () => file(timeZone),
    guardOf: () => null,
    cwd: folder,
  });
}
