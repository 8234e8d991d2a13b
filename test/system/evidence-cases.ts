import type { Control, ControlName } from '../../src/controls/control.ts';

/** What one control of a case must turn out to be at a level of evidence. */
export interface Expected {
  effective?: Control['effective'];
  source: Control['source'];
  verdict: Control['verdict'];
}

export interface EvidenceCase {
  id: string;
  /** Options of `docker run`; names of other cases' containers may stand in them. */
  options: readonly string[];
  /** Engine it is made on. */
  engine: 'plain' | 'hardened' | 'remapping';
  what: string;
  /** Per control: at level `api`, and at level `kernel` where that sees more. */
  expected: Partial<Record<ControlName, { api: Expected; kernel?: Expected }>>;
}

const measured = (verdict: Control['verdict'], effective?: Control['effective']): Expected =>
  effective === undefined
    ? { source: 'measured', verdict }
    : { source: 'measured', verdict, effective };
const predicted = (verdict: Control['verdict']): Expected => ({ source: 'predicted', verdict });
const run = (
  id: string,
  what: string,
  options: string[],
  expected: EvidenceCase['expected'],
  engine: EvidenceCase['engine'] = 'plain',
): EvidenceCase => ({ id, what, options, expected, engine });

/** The file of a profile that allows everything but one call, below the engine's folder. */
export const almostProfile = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['reboot'], action: 'SCMP_ACT_ERRNO' }],
};
export const openProfile = { defaultAction: 'SCMP_ACT_ALLOW' };

/** Made in this order; `FOLDER` stands for the engine's folder. */
export const evidenceCases: readonly EvidenceCase[] = [
  run('c01', 'seccomp unconfined', ['--security-opt', 'seccomp=unconfined'], {
    seccomp: { api: predicted('off'), kernel: measured('off', 'off') },
  }),
  run('c02', 'privileged', ['--privileged'], {
    seccomp: { api: predicted('not-enforced'), kernel: measured('not-enforced', 'off') },
    'cap-bounding': { api: predicted('off'), kernel: measured('off') },
    'masked-paths': { api: predicted('off'), kernel: measured('off', []) },
    'readonly-paths': { api: predicted('off'), kernel: measured('off', []) },
  }),
  run('c03', 'privileged, everything dropped', ['--privileged', '--cap-drop', 'ALL'], {
    'cap-effective': { api: predicted('not-enforced'), kernel: measured('not-enforced') },
    'cap-bounding': { api: predicted('not-enforced'), kernel: measured('not-enforced') },
  }),
  run(
    'c04',
    'privileged with a profile of its own',
    ['--privileged', '--security-opt', 'seccomp=FOLDER/almost.json'],
    { seccomp: { api: predicted('not-enforced'), kernel: measured('not-enforced', 'off') } },
  ),
  run(
    'c05',
    'privileged with AppArmor, which the host lacks',
    ['--privileged', '--security-opt', 'apparmor=docker-default'],
    { apparmor: { api: measured('not-enforced', null) } },
  ),
  run(
    'c06',
    'privileged, looks hardened',
    ['--privileged', '--security-opt', 'no-new-privileges', '--read-only', '--user', '1000'],
    {
      user: { api: measured('enforced', [1000]) },
      'cap-effective': { api: predicted('unknown'), kernel: measured('enforced', []) },
      'cap-bounding': { api: predicted('off'), kernel: measured('off') },
      'no-new-privileges': { api: predicted('unknown'), kernel: measured('enforced', true) },
      seccomp: { api: predicted('not-enforced'), kernel: measured('not-enforced', 'off') },
      rootfs: { api: predicted('unknown'), kernel: measured('enforced', 'read-only') },
    },
  ),
  run('c08', 'every capability added', ['--cap-add', 'ALL'], {
    'cap-effective': { api: predicted('off'), kernel: measured('off') },
    seccomp: { api: predicted('unknown'), kernel: measured('enforced', 'filter') },
    'masked-paths': { api: predicted('unknown'), kernel: measured('enforced') },
  }),
  run('c09', 'all dropped, one added', ['--cap-drop', 'ALL', '--cap-add', 'SYS_ADMIN'], {
    'cap-effective': {
      api: predicted('weakened'),
      kernel: measured('weakened', ['CAP_SYS_ADMIN']),
    },
  }),
  run('c10', 'a capability for a user', ['--user', '1000', '--cap-add', 'SYS_ADMIN'], {
    'cap-effective': { api: predicted('unknown'), kernel: measured('enforced', []) },
    'cap-bounding': { api: predicted('weakened'), kernel: measured('weakened') },
  }),
  run('c12a', 'a profile, no module', ['--security-opt', 'apparmor=docker-default'], {
    apparmor: { api: measured('not-enforced', null) },
  }),
  run('c12b', 'a profile that is none', ['--security-opt', 'apparmor=does-not-exist'], {
    apparmor: { api: measured('not-enforced', null) },
  }),
  run('c12c', 'a label, no module', ['--security-opt', 'label=type:container_t'], {
    selinux: { api: measured('not-enforced', null) },
  }),
  run('c13', 'a profile that forbids nothing', ['--security-opt', 'seccomp=FOLDER/open.json'], {
    seccomp: {
      api: predicted('off'),
      kernel: measured('off', 'filter that forbids nothing'),
    },
  }),
  run('c14', 'system paths unmasked', ['--security-opt', 'systempaths=unconfined'], {
    'masked-paths': { api: predicted('off'), kernel: measured('off', []) },
    'readonly-paths': { api: predicted('off'), kernel: measured('off', []) },
  }),
  run('c16', 'a name that is root', ['--user', 'toor'], {
    user: { api: measured('off', [0]) },
  }),
  run('c18', 'a group that is root’s', ['--user', '1000', '--group-add', '0'], {
    user: { api: measured('enforced', [1000]) },
    groups: { api: measured('off', [0, 1000]) },
  }),
  run('c21a', 'the host’s network', ['--network', 'host'], {
    'ns-net': { api: measured('off', 'host') },
  }),
  run('c21', 'joins one on the host’s network', ['--network', 'container:c21a'], {
    'ns-net': { api: measured('not-enforced', 'host') },
  }),
  run('c20a', 'the host’s processes', ['--pid', 'host'], {
    'ns-pid': { api: measured('off', 'host') },
  }),
  run('c20', 'joins one on the host’s processes', ['--pid', 'container:c20a'], {
    'ns-pid': { api: measured('not-enforced', 'host') },
  }),
  run('c22', 'joins a privileged one', ['--pid', 'container:c02', '--cap-add', 'SYS_PTRACE'], {
    'ns-pid': { api: measured('off', 'shared') },
    'cap-effective': { api: predicted('weakened'), kernel: measured('weakened') },
  }),
  run('c23', 'read-only with a volume', ['--read-only', '--tmpfs', '/t', '-v', '/vol'], {
    rootfs: { api: predicted('unknown'), kernel: measured('enforced', 'read-only') },
  }),
  run('c25', 'a writable bind', ['-v', 'FOLDER/shared:/data', '--cap-drop', 'ALL'], {
    user: { api: measured('off', [0]) },
    'ns-user': { api: measured('off', 'host') },
    'cap-effective': { api: predicted('unknown'), kernel: measured('enforced', []) },
  }),
  run('c26', 'a device rule alone', ['--device-cgroup-rule', 'b 7:* rwm'], {
    devices: { api: predicted('off'), kernel: measured('off', ['rule b 7:* rwm']) },
  }),
  run('limited', 'limits that hold', ['--memory', '64m', '--pids-limit', '10'], {
    'memory-limit': { api: measured('enforced', 67_108_864) },
    'pids-limit': { api: measured('enforced', 10) },
  }),
  run(
    'c33',
    'by the engine’s defaults',
    [],
    {
      'no-new-privileges': { api: predicted('unknown'), kernel: measured('enforced', true) },
      seccomp: { api: predicted('off'), kernel: measured('off', 'off') },
    },
    'hardened',
  ),
  run(
    'c36',
    'against the engine’s default',
    ['--security-opt', 'no-new-privileges=false'],
    {
      'no-new-privileges': { api: predicted('off'), kernel: measured('off', false) },
      seccomp: { api: predicted('off'), kernel: measured('off', 'off') },
    },
    'hardened',
  ),
  run(
    'c37',
    'a remapping engine',
    [],
    {
      user: { api: measured('off', [500_000]) },
      'user-namespace': { api: measured('enforced'), kernel: measured('enforced') },
      'ns-user': { api: measured('enforced', 'private') },
    },
    'remapping',
  ),
  run(
    'c37h',
    'not remapped, on request',
    ['--userns', 'host'],
    {
      user: { api: measured('off', [0]) },
      'user-namespace': { api: measured('off', 'host'), kernel: measured('off') },
      'ns-user': { api: measured('off', 'host') },
    },
    'remapping',
  ),
];

type Found = Readonly<Record<'api' | 'kernel', ReadonlyMap<string, readonly Control[]>>>;

/** Docs page: configured, effective, source and verdict of each case, at both levels. */
export function renderEvidenceCases(found: Found): string {
  const rows = evidenceCases.flatMap(({ id, what, options, expected }) =>
    Object.keys(expected).map((name) => {
      const [api, kernel] = (['api', 'kernel'] as const).map((level) =>
        found[level].get(id)?.find(({ control }) => control === name),
      );
      if (!api || !kernel) throw new Error(`${id} has no control ${name}`);
      const how =
        options.length > 0 ? `\`${options.join(' ').replaceAll('|', '\\|')}\`` : 'default';
      return `| ${what} | ${how} | ${name} | ${valueText(api.configured)} | ${stateText(api)} | ${stateText(kernel)} |`;
    }),
  );
  return `<!-- Written by test/system/evidence-cases.test.ts from real engines. Do not edit. -->
# Configured is not effective

Each container was made on a real Docker Engine and looked at twice: at the evidence level \`api\`, and
at the level \`kernel\`. “Predicted” follows from the configuration by the engine’s own rules; it may say
that something is off, and never that something holds.

| what | options | control | configured | at \`api\` | at \`kernel\` |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** Value, source and verdict in a cell of a table. */
export function stateText({ effective, source, verdict }: Control): string {
  const value = source === 'unknown' ? '' : `${valueText(effective)}, ${source}: `;
  return `${value}**${verdict}**`;
}

/** In a cell of a table; a long list by its length: which capabilities an engine can give differs from host to host. */
export function valueText(value: Control['effective']): string {
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value).replace(/^container:.*/, 'container:…');
  if (value.length === 0) return 'none';
  // Which of them exist differs from kernel to kernel.
  if (value.some((one) => String(one).startsWith('/'))) return 'paths';
  if (value.length > 20) return 'all';
  return value.length > 5 ? `${value.length} of them` : value.join(', ');
}
