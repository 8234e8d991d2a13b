import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { loadSettings } from '../../src/config/load-settings.ts';
import { variables } from '../../src/config/settings.ts';
import { runProgram } from '../../src/programs/run-program.ts';

// What the files of Compose and Swarm say of each service; that they run is for the suites with real engines.

interface Service {
  image: string;
  command?: string[];
  user: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt?: string[];
  environment?: Record<string, string>;
  secrets?: (string | { source: string; uid: string; mode: number })[];
  ports?: unknown;
  privileged?: boolean;
  networks?: string[];
  network_mode?: string;
  healthcheck?: { disable?: boolean };
  mem_limit?: string;
  memswap_limit?: string;
  pids_limit?: number;
  cpus?: number;
  deploy?: {
    mode?: string;
    replicas?: number;
    resources?: { limits: Record<string, unknown> };
    update_config?: { order: string };
  };
}

interface Stack {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; driver_opts?: object }>;
  configs?: Record<string, { file: string }>;
  secrets: Record<string, { file?: string; external?: boolean }>;
}

const composeFiles = ['deploy/compose.yaml', 'deploy/compose.fleet.yaml'];
const swarmFiles = ['deploy/swarm.yaml', 'deploy/swarm.fleet.yaml'];
const fleetFiles = ['deploy/compose.fleet.yaml', 'deploy/swarm.fleet.yaml'];
// As Docker reads it: 0400 is octal there.
const load = (file: string): Stack => parse(readFileSync(file, 'utf8'), { version: '1.1' });
const servicesOf = (files: readonly string[]): [string, Service][] =>
  files.flatMap((file) =>
    Object.entries(load(file).services).map(([name, service]): [string, Service] => [
      `${name} of ${file}`,
      service,
    ]),
  );
const ofSeawall = ({ image }: Service) => image.includes('SEAWALL_IMAGE');
const nameOf = (secret: NonNullable<Service['secrets']>[number]) =>
  typeof secret === 'string' ? secret : secret.source;

test.each(servicesOf([...composeFiles, ...swarmFiles]))(
  '%s is no root, writes nothing, has no capability and publishes nothing',
  (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(service.user).toMatch(/^[1-9]\d+:/);
    expect(service).not.toHaveProperty('ports');
    expect(service).not.toHaveProperty('privileged');
  },
);

test.each(servicesOf(composeFiles))('%s has limits and gains no privilege', (_name, service) => {
  expect(service.security_opt).toEqual(['no-new-privileges:true']);
  expect(service.memswap_limit).toBe(service.mem_limit);
  for (const limit of [service.mem_limit, service.pids_limit, service.cpus]) {
    expect(limit).toBeDefined();
  }
});

test.each(servicesOf(swarmFiles))('%s has limits', (_name, { deploy }) => {
  expect(Object.keys(deploy?.resources?.limits ?? {}).sort()).toEqual(['cpus', 'memory', 'pids']);
});

test.each(servicesOf([...composeFiles, ...swarmFiles]).filter(([, one]) => ofSeawall(one)))(
  '%s is given settings that there are, and secrets as files',
  (_name, { environment = {}, secrets = [] }) => {
    const files = secrets.map((secret) => `/run/secrets/${nameOf(secret)}`);
    for (const [name, value] of Object.entries(environment)) {
      const known = Object.entries(variables).find(([key]) => key === name.replace(/_FILE$/, ''));
      expect([name, known?.[0]]).not.toContain(undefined);
      // An empty one takes away what the image says.
      if (value !== '') expect(name.endsWith('_FILE')).toBe(known?.[1].isSecret);
      if (name.endsWith('_FILE')) expect(files).toContain(value);
    }
    for (const secret of secrets) {
      if (typeof secret !== 'string') expect(secret).toMatchObject({ uid: '65532', mode: 0o400 });
    }
  },
);

describe.each(fleetFiles)('%s', (file) => {
  const stack = load(file);
  const { serve, worker, migrate, postgres } = stack.services as Record<
    'serve' | 'worker' | 'migrate' | 'postgres',
    Service
  >;

  it('has two of each role, of one image, and a database that only they reach', () => {
    expect([serve, worker].map(({ deploy }) => deploy?.replicas)).toEqual([2, 2]);
    expect([worker, migrate].map(({ image }) => image)).toEqual([serve.image, serve.image]);
    expect([serve, worker, migrate].map(({ command }) => command)).toEqual([
      ['serve'],
      ['worker'],
      ['migrate'],
    ]);
    expect([migrate, postgres].map(({ networks }) => networks)).toEqual([
      ['database'],
      ['database'],
    ]);
    expect(stack.networks.database).toMatchObject({ internal: true });
    expect(postgres.image).toMatch(/postgres:[\w.-]+@sha256:[0-9a-f]{64}\}$/);
  });

  it('gives a worker no token of Slack', () => {
    expect(worker.secrets?.map(nameOf)).toEqual(['database_url']);
    expect(JSON.stringify(worker)).not.toMatch(/slack/i);
    expect(postgres.secrets?.map(nameOf)).toEqual(['postgres_password']);
  });

  it('names programs that there are', async () => {
    const told: string[] = [];
    const sources = { environment: {}, readFile: () => null, guardOf: () => null, cwd: '/' };
    await runProgram({
      ...sources,
      ...{ arguments: ['--help'], others: [], stdout: (text) => told.push(text), stderr: () => {} },
      stdin: async function* () {},
    });

    for (const { command } of [serve, worker, migrate]) {
      expect(told.join('')).toContain(`\n  ${command?.[0]} `);
    }
  });

  it('comes with settings that Seawall takes', async () => {
    const [, path = ''] = /:-(.+)\}$/.exec(stack.configs?.settings?.file ?? '') ?? [];
    const settings = join(dirname(file), path);

    expect(existsSync(settings)).toBe(true);
    await expect(
      loadSettings({
        environment: { DATABASE_URL: 'postgres://seawall@postgres/seawall' },
        readFile: () => readFileSync(settings, 'utf8'),
        guardOf: () => null,
        cwd: '/etc/seawall',
      }),
    ).resolves.toMatchObject({ history: { auditFile: '/data/audit.jsonl' } });
  });
});
