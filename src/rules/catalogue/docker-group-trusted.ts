import { read, unread } from '../../shared/reading.ts';
import { hostFileRead, policySaid } from '../../snapshot/evidence.ts';
import { exampleDaemonSettings } from '../example-host-files.ts';
import { needsPolicy } from '../open-questions.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';
import { enumerate } from '../words.ts';

export const dockerGroupTrusted = defineRule({
  id: 'docker-group-trusted',
  title: 'Only named people can reach the engine socket',
  subject: 'host',
  severity: 'high',
  pillar: 'engine',
  controls: ['cis-1.6:1.1.2', 'cis-1.8:1.1.2'],
  rationale: 'Whoever is in the group of the socket is root on the host, without a password.',
  remediation:
    'Run `gpasswd -d <user> docker` for everyone who need not be root, and name the others in `policy.trustedDockerGroupUsers`.',
  fix: { words: 'Take the people who are not on the list out of the docker group of {}' },
  isOfDocker: true,
  needs: ['hostFiles'],
  judge(_, { hostFiles }, { policy }) {
    const { socketGroups, settings, foreignGroupSources: sources } = hostFiles;
    if (socketGroups.state === 'unread') return unknown(socketGroups.reason);

    const members = [...new Set(socketGroups.value.flatMap((group) => group.members))].sort();
    const names = socketGroups.value.map(({ name }) => name);
    const evidence = [hostFileRead(`members of the group ${enumerate(names)}`, members)];
    const trusted = policy.trustedDockerGroupUsers;
    if (trusted === null && members.length > 0) {
      return needsPolicy('trustedDockerGroupUsers', 'who may be root through the engine', evidence);
    }
    evidence.push(policySaid('trustedDockerGroupUsers', trusted));
    const others = members.filter((member) => !trusted?.includes(member));
    if (others.length > 0) {
      const message = `lets ${enumerate(others, others.length)} reach the engine, who ${others.length === 1 ? 'is' : 'are'} not on the list`;
      return fail(message, evidence);
    }
    if (sources.state === 'unread') return unknown(sources.reason, evidence);
    if (sources.value.length > 0) {
      const reason = `groups are also looked up in ${enumerate(sources.value)}, which files do not show`;
      return unknown(reason, evidence);
    }
    const gaps = settings.state === 'read' ? settings.value.gaps : [settings.reason];
    if (gaps.length > 0) return unknown(`another group may be set: ${enumerate(gaps)}`, evidence);
    return pass('lets nobody reach the engine who is not listed', evidence);
  },
  examples: {
    pass: [
      withMembers([], null),
      withMembers([], []),
      withMembers(['bob', 'bobby'], ['bobby', 'bob']),
    ],
    fail: [
      // Names are compared whole: bobby does not vouch for bob.
      withMembers(['bob', 'bobby'], ['bobby']),
      withMembers(['bob', 'eve', 'mallory'], []),
      {
        ...withMembers(['eve'], []),
        hostFiles: {
          ...withMembers(['eve'], []).hostFiles,
          foreignGroupSources: read(['ldap']),
        },
      },
    ],
    unknown: [
      withMembers(['bob'], null),
      { hostFiles: { foreignGroupSources: read(['sss']) } },
      { hostFiles: { foreignGroupSources: unread('/etc/nsswitch.conf: did not answer') } },
      { hostFiles: { socketGroups: unread('/etc/group: did not answer') } },
      {
        hostFiles: {
          settings: read({ ...exampleDaemonSettings, gaps: ['the command line holds variables'] }),
        },
      },
    ],
  },
});

function withMembers(members: string[], trustedDockerGroupUsers: string[] | null): ExampleHost {
  return {
    hostFiles: { socketGroups: read([{ name: 'docker', gid: 105, members }]) },
    policy: { trustedDockerGroupUsers },
  };
}
