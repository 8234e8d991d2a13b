import * as collectors from '../../src/snapshot/collectors/index.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';
import { recordedReader, recording } from '../support/recorded-reader.ts';

// Where people write secrets although nobody should, beside values of variables and labels.

const SECRET = 'Xk29-hunter2';
type Json = Record<string, unknown>;

const [container] = recording('containers') as Json[];
const [image] = recording('images') as Json[];
const info = recording('info') as Json;
const named = (of: unknown, name: string, fields: Json): Json => ({
  ...(of as Json),
  [name]: { ...((of as Json)[name] as Json), ...fields },
});
const compose = (files: string): Json =>
  named(container, 'Config', {
    Labels: {
      'com.docker.compose.project.working_dir': '/srv/app',
      'com.docker.compose.project.config_files': files,
    },
  });
const pathOf = (of: unknown, kind: string): string => `/${kind}/${String((of as Json).Id)}/json`;

const places: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a whole command line in place of a program': {
    [pathOf(container, 'containers')]: { ...container, Path: `mysql -uroot -p${SECRET}` },
  },
  'a word behind a program in its place': {
    [pathOf(container, 'containers')]: { ...container, Path: `redis-cli AUTH ${SECRET}` },
  },
  'an assignment in place of a program': {
    [pathOf(container, 'containers')]: { ...container, Path: `DB_PASSWORD=${SECRET} npm start` },
  },
  'a URL in place of a program': {
    [pathOf(container, 'containers')]: { ...container, Path: `https://u:${SECRET}@host/x` },
  },
  'the query of a URL in place of a program': {
    [pathOf(container, 'containers')]: { ...container, Path: `https://host/x.sh?token=${SECRET}` },
  },
  'options of a log driver, and what a health check printed': {
    [pathOf(container, 'containers')]: {
      ...named(container, 'State', {
        Health: { Status: 'unhealthy', Log: [{ ExitCode: 1, Output: SECRET }] },
        Error: SECRET,
      }),
      HostConfig: {
        ...((container as Json).HostConfig as Json),
        LogConfig: { Type: 'splunk', Config: { 'splunk-token': SECRET, labels: SECRET } },
        Annotations: { 'example.token': SECRET },
      },
    },
  },
  'proxies, labels and tokens that an engine tells of itself': {
    '/info': {
      ...info,
      ...{ HttpProxy: `http://u:${SECRET}@proxy`, Labels: [`token=${SECRET}`] },
      Swarm: { LocalNodeState: 'active', Cluster: { JoinTokens: { Worker: SECRET } } },
      Runtimes: { runc: { path: 'runc', runtimeArgs: ['--token', SECRET] } },
    },
  },
  'options of the driver of a volume': {
    '/volumes': {
      Volumes: [
        {
          ...{ Name: 'v', Driver: 'rclone', Mountpoint: '/v', Labels: null, Scope: 'local' },
          Options: { token: SECRET, o: `username=u,password=${SECRET}` },
        },
      ],
    },
  },
  'the address of a Compose file': {
    [pathOf(container, 'containers')]: compose(`https://u:${SECRET}@git.example/app.git`),
  },
  'the name of a base image': {
    [pathOf(image, 'images')]: named(image, 'Config', {
      Labels: { 'org.opencontainers.image.base.name': `ci:${SECRET}@registry.example/base:1` },
    }),
  },
  'a token before the name of a base image': {
    [pathOf(image, 'images')]: named(image, 'Config', {
      Labels: { 'org.opencontainers.image.base.name': `tok-${SECRET}@registry.example/base:1` },
    }),
  },
  'a password with a slash before one': {
    [pathOf(image, 'images')]: named(image, 'Config', {
      Labels: { 'org.opencontainers.image.base.name': `ci:a/${SECRET}@registry.example/base:1` },
    }),
  },
  'the address of what a volume mounts': {
    '/volumes': {
      Volumes: [
        {
          ...{ Name: 'v', Driver: 'local', Mountpoint: '/v', Labels: null, Scope: 'local' },
          Options: { type: 'davfs', device: `https://dav.example/x?token=${SECRET}`, o: 'rw' },
        },
      ],
    },
  },
  'a warning of the engine': {
    '/info': { ...info, Warnings: [`WARNING: plugin failed: --password=${SECRET}`] },
  },
};

it.each(Object.entries(places))('leaves no secret in %s', async (_place, answers) => {
  expect(JSON.stringify(answers)).toContain(SECRET);
  const snapshot = await takeSnapshot({
    host: 'web-1',
    takenAt: '2026-12-01T00:00:00.000Z',
    reader: recordedReader(answers),
    collectors,
  });
  expect(snapshot.containers.state).toBe('read');
  expect(snapshot.images.state).toBe('read');
  expect(JSON.stringify(snapshot)).not.toContain(SECRET);
});

it.each([
  ['/usr/local/bin/app', '/usr/local/bin/app'],
  ['mysql -uroot', 'mysql …'],
  ['DB_PASSWORD=x npm start', 'DB_PASSWORD=…'],
  ['C:\\Program Files\\app\\app.exe', 'C:\\Program Files\\app\\app.exe'],
  ['C:\\Program Files\\app\\app.exe --token x', 'C:\\Program Files\\app\\app.exe …'],
  ['', ''],
])('names the program of %s', async (Path, executable) => {
  const { containers } = await takeSnapshot({
    host: 'web-1',
    takenAt: '2026-12-01T00:00:00.000Z',
    reader: recordedReader({ [pathOf(container, 'containers')]: { ...container, Path } }),
    collectors,
  });
  const read = containers.state === 'read' ? containers.value.read : [];
  expect(read.find(({ id }) => id === container?.Id)?.executable).toBe(executable);
});
