import { defaultPolicy } from '../rules/policy.ts';

/** What holds where the YAML file says nothing, apart from its schema, which takes zod to build. */
export const fileDefaults = {
  hosts: [],
  host: { scanSeconds: 60, callSeconds: 10, probeStartSeconds: 20 },
  channels: [],
  digests: { catchUpHours: 6 },
  history: { keepDays: 400, auditKeepDays: 400 },
  access: {
    view: ['everyone'],
    operate: ['everyone'],
    approve: [] as string[],
    teams: [] as string[],
  },
  rates: { user: { requests: 30, scans: 4 }, channel: { requests: 120, scans: 12 } },
  policy: defaultPolicy,
};
