import { settingGap, settingsOf, settingUnread } from '../daemon-settings.ts';
import { engineInfo, hostFileRead } from '../evidence.ts';
import { gap, withoutSettings, withSettings } from '../example-host-files.ts';
import { defineRule } from '../rule.ts';

export const firewallManaged = defineRule({
  id: 'firewall-managed',
  title: 'Engine may manage firewall rules',
  subject: 'engine',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:2.4', 'cis-1.8:2.4'],
  rationale:
    "Without the engine's rules nothing keeps networks of containers apart, and hand-made ones fall behind.",
  remediation: 'Remove `"iptables": false` and `"ip6tables": false` from daemon.json.',
  fix: { words: 'Let {} manage firewall rules' },
  isOfDocker: true,
  needs: ['engine'],
  consults: ['hostFiles'],
  judge({ firewallBackend }, { hostFiles }) {
    // That there is a backend does not say that both address families use it.
    const evidence = [engineInfo('FirewallBackend.Driver', firewallBackend)];
    const settings = settingsOf(hostFiles);
    if (settings.state === 'unread') return settingUnread('iptables', settings.reason, evidence);
    const { managesIptables, managesIp6tables } = settings.value;
    evidence.push(
      hostFileRead('iptables', managesIptables),
      hostFileRead('ip6tables', managesIp6tables),
    );
    const off = [
      ...(managesIptables === false ? ['iptables'] : []),
      ...(managesIp6tables === false ? ['ip6tables'] : []),
    ];
    if (off.length > 0) {
      const message = `leaves the firewall alone: ${off.join(' and ')} off`;
      return { verdict: 'fail', message, evidence };
    }
    return (
      settingGap('iptables', settings.value, evidence) ?? {
        verdict: 'pass',
        message: 'manages the firewall of its networks',
        evidence,
      }
    );
  },
  examples: {
    pass: [withSettings({}), withSettings({ managesIptables: true, managesIp6tables: true })],
    fail: [
      withSettings({ managesIptables: false }),
      withSettings({ managesIp6tables: false }),
      withSettings({ managesIptables: false, gaps: [gap] }),
    ],
    unknown: [
      withoutSettings,
      { engine: { firewallBackend: 'nftables' }, ...withoutSettings },
      withSettings({ gaps: [gap] }),
    ],
  },
});
