import { type Reading, read, unread } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import type { EngineEndpoint } from '../../snapshot/collector.ts';
import { connection, type Evidence, engineInfo, hostFileRead } from '../../snapshot/evidence.ts';
import type { DaemonSettings, SettingsOwner } from '../../snapshot/facts/host-files.ts';
import { settingsOf } from '../../snapshot/own-settings.ts';
import { settingGap, settingRead, settingUnread } from '../daemon-settings.ts';
import {
  exampleDaemonSettings,
  gap,
  ownerOther,
  ownerUnknown,
  withoutSettings,
  withSettings,
  withUnitListeners,
} from '../example-host-files.ts';
import { asksForCertificates, unitPorts, warnedListener } from '../open-listeners.ts';
import { defineRule, type ExampleHost, fail, type Judgement, pass, unknown } from '../rule.ts';

export const noTcpWithoutMtls = defineRule({
  id: 'no-tcp-without-mtls',
  title: 'TCP listeners demand client certificates',
  subject: 'engine',
  severity: 'critical',
  pillar: 'engine',
  controls: ['cis-1.6:2.7', 'cis-1.8:2.8'],
  rationale:
    'Whoever reaches the API of an engine is root on its host; a TCP listener without client certificates lets everyone in.',
  remediation:
    'Remove the `tcp://` entry from `hosts`, or set `"tlsverify": true` with `tlscacert`, `tlscert` and `tlskey`; ssh:// needs no listener at all.',
  fix: { words: 'Demand client certificates from whoever calls {}' },
  consults: ['hostFiles', 'hostProcesses'],
  judge(engine, started) {
    const { warnings, endpoint } = engine;
    const open = warnings.flatMap((warning) => warnedListener(warning) ?? []);
    const evidence = [engineInfo('Warnings (listeners)', open)];
    if (open.length > 0) {
      return fail(`answers without a client certificate on ${enumerate(open)}`, evidence);
    }
    const settings = settingsOf(started, 'hosts', 'tlsverify');
    let undecided: Judgement;
    if (settings.state === 'read') {
      const { hosts, usesTls, verifiesClients } = settings.value;
      evidence.push(
        settingRead(settings.value, 'hosts', hosts),
        settingRead(settings.value, 'tlsverify', verifiesClients),
        ...(usesTls === null ? [] : [settingRead(settings.value, 'tls', usesTls)]),
      );
      const asks = asksForCertificates(settings.value, engine);
      const isVerified = asks.state === 'read' && asks.value;
      const ports = isVerified ? null : unitPorts(settings.value, started);
      const unverified = isVerified ? [] : (hosts ?? []).filter(isTcp);
      const found = judgeListeners(asks, unverified, ports, evidence);
      if (found?.verdict === 'fail') return found;
      const gapped = found ?? settingGap('another listener', settings.value, evidence);
      if (gapped === null) {
        return pass('has no listener that lets in whoever has no certificate', evidence);
      }
      undecided = gapped;
    } else {
      undecided = settingUnread('every listener', settings.reason, evidence);
    }
    evidence.push(connection('url', endpoint.url), connection('mutual TLS', endpoint.isMutualTls));
    if (endpoint.isMutualTls) {
      const message =
        'demands a client certificate on the listener Seawall uses; others were not seen';
      return pass(message, evidence);
    }
    return undecided;
  },
  examples: {
    pass: [
      withSettings({ hosts: ['fd://', 'unix:///run/docker.sock'] }),
      withSettings({ hosts: null }),
      withSettings({
        hosts: ['fd://', 'tcp://0.0.0.0:2376'],
        usesTls: true,
        verifiesClients: true,
      }),
      // To use TLS is to ask for certificates, unless they are said not to be.
      withSettings({ hosts: ['tcp://0.0.0.0:2376'], usesTls: true }),
      withSettings({
        hosts: ['tcp://0.0.0.0:2376'],
        ...{ owner: tlsInJson('tlscacert'), usesTls: true, tlsCaPath: '/etc/docker/ca.pem' },
      }),
      { ...withoutSettings, engine: { endpoint: throughTcp('tcp://engine.example:2376', true) } },
      withUnitListeners(read(['/run/docker.sock', '%t/docker-2.sock', '@docker'])),
    ],
    fail: [
      withUnitListeners(read(['/run/docker.sock', '2375'])),
      withUnitListeners(read(['127.0.0.1:2375'])),
      withSettings({ hosts: ['unix:///run/docker.sock', '0.0.0.0:2375'] }),
      withSettings({ hosts: ['fd://', 'tcp://0.0.0.0:2375'] }),
      withSettings({ hosts: ['tcp://127.0.0.1:2375', 'tcp://10.0.0.1:2375'], gaps: [gap] }),
      withSettings({ hosts: ['tcp://0.0.0.0:2376'], usesTls: true, verifiesClients: false }),
      {
        ...withSettings({ hosts: ['tcp://0.0.0.0:2376'], usesTls: true }),
        engine: { version: '19.03.15' },
      },
      warns('WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'),
      warns(
        '[DEPRECATION NOTICE]: API is accessible on http://[::]:2375 without encryption.',
        '[DEPRECATION NOTICE]: API is accessible on http://10.0.0.1:2375 without encryption.',
      ),
      warns(
        'WARNING: No swap limit support',
        'WARNING: API is accessible on https://0.0.0.0:2376 without TLS client verification.',
      ),
      {
        engine: {
          warnings: ['WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'],
          endpoint: throughTcp('tcp://engine.example:2376', true),
        },
      },
    ],
    unknown: [
      { engine: { warnings: [] }, ...withoutSettings },
      { engine: { warnings: ['WARNING: No swap limit support'] }, ...withoutSettings },
      withSettings({ hosts: ['fd://'], gaps: [gap] }),
      withoutAuthority({}),
      withoutAuthority({ usesTls: null, verifiesClients: true }),
      // It names one where nothing reads it: without a flag of TLS those beside it count for nothing.
      withoutAuthority({ tlsCaPath: '/etc/docker/ca.pem' }),
      {
        ...withSettings({ hosts: ['tcp://0.0.0.0:2376'], usesTls: true }),
        engine: { version: 'dev' },
      },
      withUnitListeners(unread('docker.socket.d may hold further settings')),
      withSettings({ owner: ownerUnknown, hosts: ['tcp://0.0.0.0:2375'] }),
      withSettings({ owner: ownerOther, hosts: ['fd://'] }),
      {
        ...withoutSettings,
        engine: { endpoint: throughTcp('tcp://socket-proxy.example:2375', false) },
      },
    ],
  },
});

/** What names no kind is TCP (moby `opts/hosts.go`). */
const isTcp = (listener: string): boolean => !/^(unix|fd|npipe):\/\//i.test(listener);

/** What is wrong, or not known, of listeners in a network, by its own settings and by sockets that systemd makes; null where nothing is. */
function judgeListeners(
  asks: Reading<boolean>,
  own: readonly string[],
  byUnit: Reading<string[]> | null,
  evidence: Evidence[],
): Judgement | null {
  const ofUnit = byUnit?.state === 'read' ? byUnit.value : [];
  if (byUnit?.state === 'read') evidence.push(hostFileRead('ListenStream', ofUnit));
  if (asks.state === 'read' && own.length > 0) {
    return fail(`listens without a client certificate on ${enumerate(own)}`, evidence);
  }
  if (byUnit?.state === 'unread') {
    return unknown(`where systemd listens for it was not read: ${byUnit.reason}`, evidence);
  }
  if (own.length + ofUnit.length === 0) return null;
  return asks.state === 'unread'
    ? unknown(
        `whom it lets in on ${enumerate([...own, ...ofUnit])} is not known: ${asks.reason}`,
        evidence,
      )
    : fail(
        `listens without a client certificate on ${enumerate(ofUnit)}, by a socket unit of systemd`,
        evidence,
      );
}

/** TLS by daemon.json alone, with these of its options beside it. */
function tlsInJson(...names: string[]): SettingsOwner {
  return { ...exampleDaemonSettings.owner, inDaemonJson: ['tls', 'tlsverify', ...names] };
}

function withoutAuthority(settings: Partial<DaemonSettings>): ExampleHost {
  const hosts = ['tcp://0.0.0.0:2376'];
  return withSettings({ hosts, owner: tlsInJson(), usesTls: true, ...settings });
}

function warns(...warnings: string[]): ExampleHost {
  return { engine: { warnings } };
}

function throughTcp(url: string, isMutualTls: boolean): EngineEndpoint {
  return { kind: 'tcp', url, isMutualTls, socketPath: null };
}
