import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { engineInfo, networkListed } from '../../snapshot/evidence.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { firewallOf } from '../../surface/publishing.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import { network } from '../example-facts.ts';
import {
  gap,
  ownerOfJson,
  ownerOther,
  ownerUnknown,
  withoutSettings,
  withSettings,
} from '../example-host-files.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

const dual = network('lan', { hasIpv6: true });

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
  consults: ['hostFiles', 'hostProcesses', 'networks'],
  judge(engine, { networks, ...started }) {
    const { firewallBackend } = engine;
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
    const gapped = settingGap('iptables', ipv4.value, evidence);
    if (gapped) return gapped;
    const { managesIp6tables } = firewallOf({ ...started, engine: read(engine) });
    if (managesIp6tables.state === 'unread') return unknown(managesIp6tables.reason, evidence);
    if (managesIp6tables.value) return pass('manages the firewall of its networks', evidence);
    if (networks.state === 'unread') {
      return unknown(
        `whether a network has IPv6, of which it makes no rules, was not read: ${networks.reason}`,
        evidence,
      );
    }
    const open = networks.value.filter(({ driver, hasIpv6 }) => driver === 'bridge' && hasIpv6);
    const names = open.map(({ name }) => name);
    evidence.push(networkListed('networks with EnableIPv6', names));
    return open.length > 0
      ? fail(
          `makes no rules of IPv6, which ${enumerate(names)} ${open.length > 1 ? 'have' : 'has'}: ip6tables is off before engine 27 unless somebody turns it on`,
          evidence,
        )
      : pass('manages the firewall of its networks, of which none has IPv6', evidence);
  },
  examples: {
    pass: [
      withSettings({}),
      withSettings({ managesIptables: true, managesIp6tables: true }),
      { ...withSettings({ managesIp6tables: true }), networks: [dual] },
      { ...withSettings({}), engine: { version: '28.0.0' }, networks: [dual] },
      { ...withSettings({}), networks: [network('lan', { driver: 'macvlan', hasIpv6: true })] },
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
      // Such an engine makes rules of IPv4 alone unless it is told.
      { ...withSettings({}), networks: [dual] },
      withSettings({ owner: ownerOfJson('iptables'), managesIptables: false }),
    ],
    unknown: [
      withoutSettings,
      { ...withSettings({}), engine: { version: 'dev' } },
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
