/** A release branch of a part of the engine, and how long its project looks after it. */
export interface ComponentBranch {
  /** As `GET /version` names it. */
  component: 'Engine' | 'containerd' | 'runc';
  /** Beginning of the versions on it, e.g. `26.1`. */
  branch: string;
  /** First day without support, `YYYY-MM-DD`; null while none is announced. */
  endsAt: string | null;
  /** Oldest release of the branch that is accepted; null when it makes no difference. */
  leastVersion: string | null;
}

const branch = (
  component: ComponentBranch['component'],
  name: string,
  endsAt: string | null,
  leastVersion: string | null = null,
): ComponentBranch => ({ component, branch: name, endsAt, leastVersion });

/**
 * What the projects themselves publish, as of spring 2026: project/BRANCHES-AND-TAGS.md of
 * moby/moby, RELEASES.md of containerd/containerd and of opencontainers/runc. `leastVersion` is the
 * last release known then, for containerd and runc the one with the fixes of November 2025. Older
 * branches of runc end with the first release that its support policy covers, 1.2.
 */
export const knownBranches: readonly ComponentBranch[] = [
  branch('Engine', '29', null, '29.3.0'),
  branch('Engine', '28', null, '28.5.2'),
  branch('Engine', '27', '2025-05-03'),
  branch('Engine', '26.1', '2025-02-17'),
  branch('Engine', '26.0', '2024-06-08'),
  branch('Engine', '25.0', null, '25.0.14'),
  branch('Engine', '24.0', '2024-06-08'),
  branch('Engine', '23.0', '2025-05-19'),
  branch('Engine', '20.10', '2023-12-10'),
  branch('Engine', '19', '2021-01-08'),
  branch('Engine', '18', '2019-08-22'),
  branch('Engine', '17', '2018-02-10'),
  branch('containerd', '2.3', '2028-04-27'),
  branch('containerd', '2.2', '2026-11-06', '2.2.0'),
  branch('containerd', '2.1', '2026-05-05', '2.1.5'),
  branch('containerd', '2.0', '2025-11-07'),
  branch('containerd', '1.7', '2026-10-01', '1.7.29'),
  branch('containerd', '1.6', '2025-08-23'),
  branch('containerd', '1.5', '2023-02-28'),
  branch('containerd', '1.4', '2022-03-03'),
  branch('runc', '1.4', null),
  branch('runc', '1.3', null, '1.3.3'),
  branch('runc', '1.2', null, '1.2.8'),
  branch('runc', '1.1', '2024-10-22'),
  branch('runc', '1.0', '2024-10-22'),
];

/** How the versions of distributions that patch by themselves are told: a part of the version. */
export const knownDistributions: Readonly<Record<string, string>> = {
  dfsg: 'Debian',
  '~ds': 'Debian',
  '+ds': 'Debian',
  ubuntu: 'Ubuntu',
  '.el': 'Red Hat Enterprise Linux or a clone',
  '.fc': 'Fedora',
  amzn: 'Amazon Linux',
  azure: 'Azure Linux',
};
