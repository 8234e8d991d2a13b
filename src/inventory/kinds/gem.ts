import { type FileKind, findingOf, UnreadableFile } from '../file-kind.ts';
import { languagePackage } from '../language-package.ts';

/** Of a commit, whose name Bundler puts behind that of the repository. */
const OF_COMMIT =
  /(?:^|\/)bundler\/gems\/[^/]+-[0-9a-f]{6,40}\/(?:[^/]+\/)?([^/]{1,256})\.gemspec$/;
/** Also what somebody unpacked for Bundler (`vendor/gems`). */
const INSTALLED = /(?:^|\/)(?:specifications\/(?:default\/)?|vendor\/gems\/[^/]+\/)[^/]+\.gemspec$/;
/** As RubyGems writes them when it installs one. */
const NAME = /^\s{0,8}(?:s|spec|gem)\.name\s?=\s?['"]([^'"\s]{1,256})['"]/m;
const VERSION =
  /^\s{0,8}(?:s|spec|gem)\.version\s?=\s?(?:Gem::Version\.new\(\s?)?['"]([^'"\s]{1,256})['"]/m;
/** A comment that spares RubyGems to run the file: name, version, platform. */
const STUB = /^# stub: (\S{1,256}) (\S{1,256}) /m;

/** Installed gems, by pattern: a specification is a program in Ruby, which is never run. */
export const gemKind: FileKind = {
  about: 'specifications of installed gems, also of commits',
  bytesMax: 1024 * 1024,
  matches: (path) => INSTALLED.test(path) || OF_COMMIT.test(path),
  read(bytes, path) {
    const ofCommit = OF_COMMIT.exec(path)?.[1];
    // It may be before or after the release whose version it says.
    if (ofCommit) return findingOf([languagePackage('RubyGems', ofCommit, null, path)]);
    const text = bytes.toString('utf8');
    const [, ofStub, versionOfStub] = STUB.exec(text) ?? [];
    const name = NAME.exec(text)?.[1] ?? ofStub;
    const version = VERSION.exec(text)?.[1] ?? versionOfStub;
    if (name === undefined || version === undefined) {
      throw new UnreadableFile('its name or version is computed by a program in Ruby');
    }
    return findingOf([languagePackage('RubyGems', name, version, path)]);
  },
};
