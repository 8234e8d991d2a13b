import fc from 'fast-check';
import { packageIndexUse } from '../../../src/snapshot/normalise/package-index.ts';

describe('a build step and the package index', () => {
  it.each([
    'apt-get update',
    'set -eux; apt-get update; rm -rf /var/lib/apt/lists/*',
    'apt-get -qq update || true',
    'DEBIAN_FRONTEND=noninteractive sudo -E apt-get -o Acquire::Retries=3 update',
    'timeout 30 /usr/bin/apt-get update',
    'if ! command -v curl; then apt-get update; fi',
    '( apt update )',
    'bash -c "apt-get update"',
    'apk update',
    'dnf makecache',
    'zypper --non-interactive refresh',
    'pacman -Sy',
    // It installed from the old index.
    'apt-get install -y curl && apt-get update',
    'install a long list of things first && cp a b && and at the very end && apt-get update',
    'apt-get update && echo apt-get install',
    'apt-get update && apt-get clean',
  ])('refreshed alone: %s', (script) => {
    expect(packageIndexUse(script)).toBe('refreshed-alone');
  });

  it.each([
    'apt-get update && apt-get install -y --no-install-recommends curl',
    'apt-get update \\\n && apt-get install -y curl',
    'set -e\napt-get update\napt-get -y dist-upgrade',
    "sh -c 'apt-get update && apt-get install -y curl'",
    'apt-get update; xargs apt-get install -y < packages',
    'apk update && apk --no-cache add curl',
    'dnf makecache && dnf -y install curl',
    'pacman -Syu --noconfirm',
    'pacman -Sy curl',
  ])('refreshed and installed: %s', (script) => {
    expect(packageIndexUse(script)).toBe('refreshed-with-install');
  });

  it.each([
    '',
    'update-ca-certificates',
    'true update-ca-certificates',
    'echo apt-get update and install in one layer >/dev/null',
    "echo 'apt-get update && ls'",
    'grep -r "apt-get update" /etc',
    'apt-get install -y curl',
    'apk add --no-cache curl',
    // In these it installs.
    'yum -y update',
    'dnf update',
    './configure && make && make install',
  ])('untouched: %s', (script) => {
    expect(packageIndexUse(script)).toBe('untouched');
  });

  it.each([
    'apt-get update && ./install.sh',
    'apt-get update && bash /tmp/setup.sh',
    'apt-get update && . /opt/functions && install_all',
    'apt-get update && make packages',
    'apt-get update && python3 setup.py',
  ])('open, since a script may install: %s', (script) => {
    expect(packageIndexUse(script)).toBe('open');
  });

  it('reads any text, and fast', () => {
    const words = fc.constantFrom(
      'apt-get',
      'update',
      'sh',
      '-c',
      '"',
      "'",
      '\\',
      '&&',
      ';',
      ' ',
      '(',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((some) => some.join(' ')),
        ),
        (script) => {
          expect(['untouched', 'refreshed-alone', 'refreshed-with-install', 'open']).toContain(
            packageIndexUse(script),
          );
        },
      ),
    );
  });
});
