import { foreign } from '../../../src/snapshot/foreign.ts';
import { composeFiles } from '../../../src/snapshot/normalise/service-names.ts';

const PREFIX = 'com.docker.compose.project.';
const filesOf = (config_files: string, working_dir = '/srv/shop') =>
  composeFiles(
    foreign('GET /x', {
      [`${PREFIX}config_files`]: config_files,
      [`${PREFIX}working_dir`]: working_dir,
    }),
  ).composeFiles;

it.each([
  ['/srv/shop/compose.yaml', ['/srv/shop/compose.yaml']],
  ['/srv/a.yaml,/srv/shop/../b.yaml,/srv/a.yaml', ['/srv/a.yaml', '/srv/b.yaml']],
  // As Compose 1 wrote it.
  ['docker-compose.yml', ['/srv/shop/docker-compose.yml']],
  ['', undefined],
  [`/${'x'.repeat(5_000)}`, undefined],
])('%j', (written, expected) => {
  expect(filesOf(written)).toEqual(expected);
});

it('are none without labels, and where the path is not of Linux', () => {
  expect(composeFiles(foreign('GET /x', null))).toEqual({});
  expect(filesOf('compose.yaml', 'shop')).toBeUndefined();
  expect(filesOf('compose.yaml', '')).toBeUndefined();
  expect(filesOf('C:\\shop\\compose.yaml', 'C:\\shop')).toBeUndefined();
});
