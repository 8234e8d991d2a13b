import { engineInfo } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import { gap, unknownSettings, withoutSettings, withSettings } from '../example-host-files.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const logLevelInfo = defineRule({
  id: 'log-level-info',
  title: 'Engine logs at level info',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.3', 'cis-1.8:2.3'],
  rationale:
    'At debug the log also holds the contents of requests. Above info it lacks what an investigation needs.',
  remediation: 'Set `"log-level": "info"` and drop `"debug": true` in daemon.json.',
  fix: { words: 'Set the log level of {} to info' },
  isOfDocker: true,
  consults: ['hostFiles', 'hostProcesses'],
  judge({ isDebug }, started) {
    const evidence = [engineInfo('Debug', isDebug)];
    if (isDebug) return fail('logs at level debug', evidence);
    const settings = settingsOf(started, 'log-level');
    if (settings.state === 'unread') return settingUnread('log-level', settings.reason, evidence);
    // As the engine reads it: in any case, and nothing for its default.
    const level = settings.value.logLevel?.toLowerCase() || null;
    evidence.push(settingRead(settings.value, 'log-level', settings.value.logLevel));
    if (level !== null && level !== 'info') return fail(`logs at level ${level}`, evidence);
    if (level === 'info') return pass('logs at level info', evidence);
    return (
      settingGap('log-level', settings.value, evidence) ??
      pass('logs at level info, the default', evidence)
    );
  },
  examples: {
    pass: [
      withSettings({ logLevel: null }),
      withSettings({ logLevel: '' }),
      withSettings({ logLevel: 'INFO' }),
      withSettings({ logLevel: 'info', gaps: [gap] }),
    ],
    fail: [
      { engine: { isDebug: true } },
      { engine: { isDebug: true }, ...withoutSettings },
      withSettings({ logLevel: 'debug' }),
      withSettings({ logLevel: 'debug', gaps: [gap] }),
      withSettings({ logLevel: 'ERROR' }),
    ],
    unknown: unknownSettings({ logLevel: 'info' }),
  },
});
