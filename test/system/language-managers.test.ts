import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFilesystem } from '../../src/inventory/read-filesystem.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// What pip and RubyGems say of what they installed, beside what is found in the files that they left.

const folder = makeTemporaryFolder();

const run = (program: string, words: readonly string[], more: Record<string, string> = {}) =>
  execFileSync(program, words, {
    encoding: 'utf8',
    cwd: folder,
    // A folder of its own as home: no settings or packages of who runs the tests.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: folder, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function found(root: string): Promise<string[]> {
  const tar = spawn('tar', ['-c', '-C', root, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { packages, unread, cut } = await readFilesystem(tar.stdout);
  expect({ unread, cut }).toEqual({ unread: [], cut: null });
  return packages.map(({ name, version }) => `${name} ${version}`).sort();
}

describe('what pip installed', () => {
  const root = join(folder, 'python');
  /** Name as its author writes it, the same as names of files take it, version. */
  const wheels = [
    ['plain', 'plain', '1.0'],
    ['Zope.Inter_face', 'zope_inter_face', '5.0.post1'],
    ['two--dashes', 'two_dashes', '2.0rc1'],
    ['epoch', 'epoch', '1!2.0'],
    ['local', 'local', '1.0+debian.1'],
    ['trial', 'trial', '0.1.dev3'],
    ['calendar-versions', 'calendar_versions', '2026.11.28'],
  ] as const;

  beforeAll(() => {
    const files = wheels.map(([name, part, version]) => {
      const place = join(folder, `wheel-${part}`);
      const info = join(place, `${part}-${version}.dist-info`);
      mkdirSync(info, { recursive: true });
      writeFileSync(join(place, `${part}.py`), '');
      const text = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: another\nVersion: 9\n`;
      writeFileSync(join(info, 'METADATA'), text);
      writeFileSync(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\n');
      writeFileSync(join(info, 'RECORD'), '');
      const file = join(folder, `${part}-${version}-py3-none-any.whl`);
      execFileSync('zip', ['-qr', file, '.'], { cwd: place });
      return file;
    });
    const words = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore', '--no-index'];
    run('/usr/bin/python3', [...words, '--no-deps', '--target', root, ...files]);
    // As older installers left them: a file, or a folder.
    writeFileSync(
      join(root, 'old_file-3.1-py3.egg-info'),
      'Metadata-Version: 1.0\nName: old-file\nVersion: 3.1\n',
    );
    mkdirSync(join(root, 'old_folder-0.9.egg-info'));
    writeFileSync(
      join(root, 'old_folder-0.9.egg-info/PKG-INFO'),
      'Metadata-Version: 2.1\nName: Old_Folder\nVersion: 0.9\n',
    );
  });

  it('is what pip lists, by the names that the index knows', async () => {
    const words = ['-m', 'pip', 'list', '--path', root, '--format', 'json'];
    const listed = JSON.parse(run('/usr/bin/python3', words)) as {
      name: string;
      version: string;
    }[];
    expect(listed).toHaveLength(wheels.length + 2);
    const known = ({ name }: { name: string }) => name.toLowerCase().replace(/[-_.]+/g, '-');
    expect(await found(root)).toEqual(listed.map((one) => `${known(one)} ${one.version}`).sort());
  });
});

describe('what RubyGems installed', () => {
  const root = join(folder, 'ruby');
  /** Name, version, platform. */
  const gems = [
    ['plain', '1.0', 'ruby'],
    ['plain', '1.2.0', 'ruby'],
    ['with-dash_and_line', '0.0.1', 'ruby'],
    ['early', '2.0.0.rc1', 'ruby'],
    ['native', '1.16.3', 'x86_64-linux'],
    ['four', '7.0.8.1', 'ruby'],
  ] as const;

  beforeAll(() => {
    const files = gems.map(([name, version, platform]) => {
      const spec = join(folder, `${name}-${version}.gemspec`);
      writeFileSync(
        spec,
        `Gem::Specification.new do |s|
  s.name = '${name}'
  s.version = '${version}'
  s.platform = '${platform}'
  s.summary = 's.version = "9.9.9"'
  s.authors = ['nobody']
  s.licenses = ['MIT']
  s.homepage = 'https://example.com'
  s.files = []
  s.add_dependency 'needed', '~> 3.0'
end
`,
      );
      const file = join(folder, `${name}-${version}.gem`);
      run('gem', ['build', '--silent', '--force', '--output', file, spec]);
      return file;
    });
    const words = ['install', '--silent', '--local', '--force', '--no-document'];
    run('gem', [...words, '--ignore-dependencies', '--install-dir', root, ...files]);
  });

  /** Lines of `gem list`, a version each: `native (1.16.3 x86_64-linux, 1.0)`. */
  const listed = (place: string): string[] =>
    run('gem', ['list', '--local', '--quiet'], { GEM_HOME: place, GEM_PATH: place })
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [, name, versions = ''] = /^(\S+) \((.*)\)$/.exec(line) ?? [];
        return versions.split(', ').map((one) => `${name} ${one.replace(/^default: | .*$/g, '')}`);
      });

  it('is what gem lists beyond what Ruby brings', async () => {
    const bring = new Set(listed(join(folder, 'none')));
    const own = listed(root).filter((one) => !bring.has(one));
    expect(own).toHaveLength(gems.length);
    expect(await found(root)).toEqual(own.sort());
  });
});
