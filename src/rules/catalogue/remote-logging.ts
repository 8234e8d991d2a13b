import type { JudgedContainer } from '../../controls/container-controls.ts';
import { counted, enumerate } from '../../shared/text.ts';
import { engineInfo, inspected } from '../../snapshot/evidence.ts';
import type { Policy } from '../policy.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

export const remoteLogging = defineRule({
  id: 'remote-logging',
  title: 'Logs leave the host',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.13', 'cis-1.8:2.14'],
  rationale: 'If a host is lost or taken over, the logs on it are lost or changed too.',
  remediation:
    'Set `"log-driver"` and `"log-opts"` in daemon.json, e.g. `syslog` with `syslog-address`, and recreate the containers; where a collector ships local logs, add their driver to `logDrivers` of the policy, or set `hasLogCollector` where drivers hand them to it.',
  fix: { words: 'Send the logs of {} to another machine' },
  isOfDocker: true,
  needs: ['containers'],
  judge({ loggingDriver }, { containers }, { policy }) {
    const staying = containers.read.filter((container) => staysLocal(container, policy));
    const isDefaultRemote = policy.logDrivers.includes(loggingDriver);
    const evidence = [
      engineInfo('LoggingDriver', loggingDriver),
      inspected(
        'HostConfig.LogConfig (logs that stay)',
        staying.map(({ name, logDriver }) => `${name} (${logDriver})`).sort(),
      ),
    ];
    const faults = [
      ...(isDefaultRemote ? [] : [`logs with ${loggingDriver} by default`]),
      ...(staying.length > 0 ? [`keeps the logs of ${enumerate(names(staying))} here`] : []),
    ];
    if (faults.length > 0) return fail(faults.join(' and '), evidence);
    // What takes them there may be what sends them on.
    const handed = policy.hasLogCollector ? [] : containers.read.filter(isHandedOver);
    if (handed.length > 0) {
      const reason = `the logs of ${enumerate(names(handed))} go to a program on the host itself; whether that sends them away was not read`;
      return unknown(reason, evidence);
    }
    const unread = containers.unread.length;
    if (unread > 0) return unknown(`${counted(unread, 'container')} could not be read`, evidence);
    const isByDefault = containers.read.some(({ logDriver }) => logDriver === loggingDriver);
    if (MAY_STAY.includes(loggingDriver) && !isByDefault && !policy.hasLogCollector) {
      const reason = `the engine logs with ${loggingDriver}, which may stay here, and no container tells of an address of another machine`;
      return unknown(reason, evidence);
    }
    return pass('sends the logs of all containers away', evidence);
  },
  examples: {
    pass: [
      logging('fluentd', 'fluentd', true),
      logging('awslogs', 'awslogs'),
      { ...logging('fluentd', 'fluentd'), policy: { hasLogCollector: true } },
      { ...logging('syslog', 'syslog'), policy: { hasLogCollector: true } },
      logging('syslog', 'syslog', true),
      { ...logging('journald', 'journald'), policy: { logDrivers: ['journald'] } },
    ],
    fail: [
      { ...logging('journald', 'journald'), policy: { hasLogCollector: true } },
      logging('json-file', 'json-file'),
      logging('local', 'gelf'),
      logging('gelf', 'none'),
      logging('journald', 'journald'),
      logging('syslog', 'syslog'),
      logging('syslog', 'syslog', false),
    ],
    unknown: [
      logging('syslog', 'awslogs'),
      logging('gelf', 'awslogs'),
      logging('splunk', 'awslogs'),
      logging('fluentd', 'fluentd'),
      logging('gelf', 'gelf', false),
    ],
  },
});

/** The first two have the host itself for an address without one, and of the others it may be the host. */
const MAY_STAY: readonly string[] = ['syslog', 'fluentd', 'gelf', 'splunk'];

/** Without an address syslog means the host's own. */
function staysLocal({ logDriver, hasRemoteLogAddress }: JudgedContainer, policy: Policy): boolean {
  if (!policy.logDrivers.includes(logDriver)) return true;
  return logDriver === 'syslog' && hasRemoteLogAddress !== true && !policy.hasLogCollector;
}

/** Without an address fluentd means `localhost:24224` (moby `fluentd.go`). */
const isHandedOver = ({ logDriver, hasRemoteLogAddress }: JudgedContainer): boolean =>
  hasRemoteLogAddress === false || (logDriver === 'fluentd' && hasRemoteLogAddress !== true);

const names = (containers: readonly JudgedContainer[]) => containers.map(({ name }) => name).sort();

/** An engine with a driver by default, and a container with its own. */
function logging(loggingDriver: string, logDriver: string, hasRemoteLogAddress?: boolean) {
  const address = hasRemoteLogAddress === undefined ? {} : { hasRemoteLogAddress };
  return { engine: { loggingDriver }, container: { logDriver, ...address } };
}
