import fc from 'fast-check';
import { UnreadableDatabase } from '../../../src/inventory/unreadable-database.ts';
import { readDpkg as readBytes } from '../../../src/snapshot/packages/text-databases.ts';
import { anyCharacter } from '../../support/arbitrary-text.ts';

const readDpkg = (text: string) => readBytes(Buffer.from(text));

const stanza = (fields: Record<string, string>) =>
  `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}\n`;
const bash = {
  Package: 'bash',
  Status: 'install ok installed',
  Version: '5.2.37-2+b5',
  Architecture: 'amd64',
};

describe('a status file of dpkg', () => {
  it('gives what is installed, with its source', () => {
    const text = [
      stanza({ ...bash, Source: 'bash (5.2.37-2)' }),
      stanza({ ...bash, Package: 'libssl3t64', Source: 'openssl', Version: '1:3.5.1-1' }),
      stanza({ ...bash, Package: 'held', Status: 'hold ok installed' }),
    ].join('');

    expect(readDpkg(text)).toEqual([
      {
        name: 'bash',
        version: '5.2.37-2+b5',
        architecture: 'amd64',
        sourceName: 'bash',
        sourceVersion: '5.2.37-2',
      },
      {
        name: 'libssl3t64',
        version: '1:3.5.1-1',
        architecture: 'amd64',
        sourceName: 'openssl',
        sourceVersion: '1:3.5.1-1',
      },
      {
        name: 'held',
        version: '5.2.37-2+b5',
        architecture: 'amd64',
        sourceName: 'held',
        sourceVersion: '5.2.37-2+b5',
      },
    ]);
  });

  it.each([...['deinstall ok config-files', 'purge ok not-installed']])(
    'leaves out what is "%s"',
    (Status) => {
      expect(readDpkg(stanza({ Package: 'gone', Status }) + stanza(bash))).toHaveLength(1);
    },
  );

  it('says who built it, where that is not the distribution', () => {
    const read = (fields: Record<string, string>) => readDpkg(stanza({ ...bash, ...fields }))[0];
    expect(read({ Maintainer: 'Docker <support@docker.com>' })?.builtBy).toBe('Docker');
    expect(read({ Version: '20.9.0-1nodesource1' })?.builtBy).toBe('NodeSource');
    expect(read({ Origin: 'Acme' })?.builtBy).toBe('Acme');
    expect(read({ Maintainer: `${'x'.repeat(2_000)} <x@debian.org>` })).not.toHaveProperty(
      'builtBy',
    );
  });

  // The files of these are there, whether somebody set them up or not.
  it.each([
    ...['install ok unpacked', 'install ok half-configured', 'install ok triggers-awaited'],
    ...['install ok triggers-pending', 'install reinstreq half-installed', 'hold ok installed'],
  ])('has what is "%s"', (Status) => {
    expect(readDpkg(stanza({ ...bash, Status }))).toHaveLength(1);
  });

  it('reads a paragraph without a status, as distroless images have, and lines that go on', () => {
    const { Status: _status, ...rest } = bash;
    const text = `${stanza(rest).trimEnd()}\nDescription: a shell\n Package: no field\n Version: 0\n`;

    expect(readDpkg(text)).toMatchObject([{ name: 'bash', version: '5.2.37-2+b5' }]);
  });

  it.each([
    ['no version', stanza({ ...bash, Version: '' })],
    ['no name', stanza({ ...bash, Package: '' })],
    ['a name that acts on a terminal', stanza({ ...bash, Package: 'ba\u001b[31msh' })],
    ['a name without end', stanza({ ...bash, Package: 'x'.repeat(1000) })],
    ['a name of two words', stanza({ ...bash, Package: 'two words' })],
    ['a source of three words', stanza({ ...bash, Source: 'a b c' })],
    ['zeros', `${stanza(bash)}\0\0`],
    ['packages without end', stanza(bash).repeat(20_001)],
  ])('is not believed with %s', (_case, text) => {
    expect(() => readDpkg(text)).toThrow(UnreadableDatabase);
  });

  it('comes back as it was written', () => {
    const word = fc.stringMatching(/^[a-z0-9][a-z0-9+.~-]{0,12}$/);
    const entry = fc.record({ name: word, version: word, architecture: word, source: word });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const text = entries
          .map(({ name, version, architecture, source }) =>
            stanza({
              Package: name,
              Status: 'install ok installed',
              Architecture: architecture,
              Version: version,
              Source: `${source} (${version}0)`,
            }),
          )
          .join('');
        expect(readDpkg(text)).toEqual(
          entries.map(({ source, ...one }) => ({
            ...one,
            sourceName: source,
            sourceVersion: `${one.version}0`,
          })),
        );
      }),
    );
  });

  it('never falls over, whatever it holds', () => {
    const line = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(
        'Package: a',
        'Version: 1',
        'Status: install ok installed',
        '',
        ':',
        'Source:',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          readDpkg(lines.join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableDatabase);
        }
      }),
    );
  });
});
