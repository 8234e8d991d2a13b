import { z } from 'zod';
import { type Policy, policySettings } from '../rules/policy.ts';
import { normaliseHostPath } from '../snapshot/normalise/host-path.ts';

// The block `policy` of the YAML file. What each key means and why its default is what it is stands
// in src/rules/policy.ts, where rules read it.

type Key = keyof Policy;

const filled = z.string().min(1, 'must not be empty');
const words = z.array(filled);
const days = z.int().min(0, 'must not be negative');
const amount = z.int().min(0, 'must not be negative');

const hostPath = z
  .string()
  .startsWith('/', 'must be an absolute path')
  .overwrite(normaliseHostPath);

const setUidLine = z
  .string()
  .regex(/^\/\S.* \S+$/, 'must be a line like "/usr/bin/su set-uid root"');

const port = z.int().min(1, 'must be a port').max(65_535, 'must be a port');
const containerPort = z
  .string()
  .regex(/^\d{1,5}(\/(tcp|udp|sctp))?$/, 'must be a port like "8080/tcp"');

const ulimitValue = z.int().min(-1, 'must be -1 (unlimited) or more');
const ulimit = z.strictObject({ soft: ulimitValue, hard: ulimitValue });

const version = z.string().regex(/^\d+(\.\d+)*$/, 'must be a version like "29.3"; quote it');
const branch = z.strictObject({
  component: z.enum(['Engine', 'containerd', 'runc']).describe('Part of the engine.'),
  branch: version.describe('Beginning of the versions on it, e.g. `"26.1"`.'),
  endsAt: z.iso
    .date('must be a date like "2026-11-30"; quote it')
    .nullable()
    .default(null)
    .describe('First day without support.'),
  leastVersion: version.nullable().default(null).describe('Oldest release that is accepted.'),
});

/** Fills in what nobody said, and takes meaning and default from the policy itself. */
function declare<K extends Key, T extends z.ZodType>(key: K, schema: T) {
  const { default: value, meaning } = policySettings[key];
  return schema.default(value as never).describe(meaning);
}

export const policyFile = z.strictObject({
  registries: declare('registries', words.nullable()),
  allowsLocalImages: declare('allowsLocalImages', z.boolean().nullable()),
  imageAgeDaysMax: declare('imageAgeDaysMax', days.nullable()),
  movingTags: declare('movingTags', words),
  sensitivePaths: declare('sensitivePaths', z.array(hostPath)),
  firstUnprivilegedPort: declare('firstUnprivilegedPort', amount),
  privilegedPortExceptions: declare('privilegedPortExceptions', z.record(filled, z.array(port))),
  declaredPorts: declare('declaredPorts', z.record(filled, z.array(containerPort)).nullable()),
  restartAttemptsMax: declare('restartAttemptsMax', amount),
  allowsUnlimitedRestart: declare('allowsUnlimitedRestart', z.boolean()),
  ulimits: declare('ulimits', z.record(filled, ulimit).nullable()),
  cgroupParents: declare('cgroupParents', words.nullable()),
  seccompProfiles: declare('seccompProfiles', words.nullable()),
  logDrivers: declare('logDrivers', words),
  hasLogCollector: declare('hasLogCollector', z.boolean()),
  wantsRootless: declare('wantsRootless', z.boolean()),
  isSwarmWanted: declare('isSwarmWanted', z.boolean().nullable()),
  swarmManagersMax: declare('swarmManagersMax', amount),
  swarmNodeCertificateDaysMax: declare('swarmNodeCertificateDaysMax', days),
  swarmCaAgeDaysMax: declare('swarmCaAgeDaysMax', days),
  trustedDockerGroupUsers: declare('trustedDockerGroupUsers', words.nullable()),
  componentBranches: declare('componentBranches', z.array(branch)),
  distributions: declare('distributions', z.record(filled, filled)),
  imagesInUseShareMin: declare(
    'imagesInUseShareMin',
    z.number().min(0, 'must be 0 to 1').max(1, 'must be 0 to 1'),
  ),
  acceptedSetUidFiles: declare('acceptedSetUidFiles', z.array(setUidLine)),
  stoppedContainersMax: declare('stoppedContainersMax', amount),
  stoppedContainerAgeDaysMax: declare('stoppedContainerAgeDaysMax', days),
} satisfies Record<Key, z.ZodType>);
