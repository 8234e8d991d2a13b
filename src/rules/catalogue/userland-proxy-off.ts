import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import { gap, unknownSettings, withSettings } from '../example-host-files.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const userlandProxyOff = defineRule({
  id: 'userland-proxy-off',
  title: 'Userland proxy is off',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.16', 'cis-1.8:2.17'],
  rationale:
    'The proxy is one more program that listens as root for each port, and it hides the source of a connection.',
  remediation: 'Set `"userland-proxy": false` in daemon.json and restart the engine.',
  fix: { words: 'Turn the userland proxy off in {}' },
  isOfDocker: true,
  consults: ['hostFiles', 'hostProcesses'],
  judge(_engine, started) {
    const settings = settingsOf(started, 'userland-proxy');
    if (settings.state === 'unread') return settingUnread('userland-proxy', settings.reason, []);
    const isOn = settings.value.usesUserlandProxy;
    const evidence = [settingRead(settings.value, 'userland-proxy', isOn)];
    if (isOn === false) return pass('has the userland proxy off', evidence);
    const gapped = isOn === null ? settingGap('userland-proxy', settings.value, evidence) : null;
    const message = `has the userland proxy on${isOn === null ? ', the default' : ''}`;
    return gapped ?? fail(message, evidence);
  },
  examples: {
    pass: [withSettings({ usesUserlandProxy: false })],
    fail: [
      withSettings({ usesUserlandProxy: null }),
      withSettings({ usesUserlandProxy: true, gaps: [gap] }),
    ],
    unknown: unknownSettings({ usesUserlandProxy: false }),
  },
});
