import { engineInfo } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import {
  gap,
  ownerOfJson,
  ownerOther,
  ownerUnknown,
  withoutSettings,
  withSettings,
} from '../example-host-files.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const firewallManaged = defineRule({
  id: 'firewall-managed',
  title: 'Engine may manage firewall rules',
  subject: 'engine',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:2.4', 'cis-1.8:2.4'],
  rationale:
    "The engine's rules keep the networks of containers apart. Rules written by hand soon no longer fit.",
  remediation: 'Remove `"iptables": false` and `"ip6tables": false` from daemon.json.',
  fix: { words: 'Let {} manage firewall rules' },
  isOfDocker: true,
  needs: ['engine'],
  consults: ['hostFiles', 'hostProcesses'],
  judge({ firewallBackend }, started) {
    // That there is a backend does not say that both address families use it.
    const evidence = [engineInfo('FirewallBackend.Driver', firewallBackend)];
    const ipv4 = settingsOf(started, 'iptables');
    const ipv6 = settingsOf(started, 'ip6tables');
    const off: string[] = [];
    if (ipv4.state === 'read') {
      evidence.push(settingRead(ipv4.value, 'iptables', ipv4.value.managesIptables));
      if (ipv4.value.managesIptables === false) off.push('iptables');
    }
    if (ipv6.state === 'read') {
      evidence.push(settingRead(ipv6.value, 'ip6tables', ipv6.value.managesIp6tables));
      if (ipv6.value.managesIp6tables === false) off.push('ip6tables');
    }
    if (off.length > 0) {
      return fail(`does not manage the firewall: ${off.join(' and ')} off`, evidence);
    }
    if (ipv4.state === 'unread') return settingUnread('iptables', ipv4.reason, evidence);
    if (ipv6.state === 'unread') return settingUnread('ip6tables', ipv6.reason, evidence);
    return (
      settingGap('iptables', ipv4.value, evidence) ??
      pass('manages the firewall of its networks', evidence)
    );
  },
  examples: {
    pass: [
      withSettings({}),
      withSettings({ managesIptables: true, managesIp6tables: true }),
      withSettings({
        owner: ownerOfJson('iptables', 'ip6tables'),
        managesIptables: true,
        managesIp6tables: true,
      }),
    ],
    fail: [
      withSettings({ managesIptables: false }),
      withSettings({ managesIp6tables: false }),
      withSettings({ managesIptables: false, gaps: [gap] }),
      withSettings({ owner: ownerOfJson('iptables'), managesIptables: false }),
    ],
    unknown: [
      withoutSettings,
      { engine: { firewallBackend: 'nftables' }, ...withoutSettings },
      withSettings({ gaps: [gap] }),
      // The engine may have been started with --iptables=false, whatever the files say.
      withSettings({ owner: ownerUnknown }),
      withSettings({ owner: ownerUnknown, managesIptables: true, managesIp6tables: true }),
      withSettings({ owner: ownerUnknown, managesIptables: false }),
      withSettings({ owner: ownerOther, managesIptables: true }),
      withSettings({ owner: ownerOfJson() }),
      withSettings({ owner: ownerOfJson('iptables'), managesIptables: true }),
    ],
  },
});
