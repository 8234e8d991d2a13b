import { foreign } from '../../../src/snapshot/foreign.ts';
import { exposedPorts, publishedPorts } from '../../../src/snapshot/normalise/ports.ts';

const at = (value: unknown) => foreign('GET /containers/{id}/json', value);
const published = (open: unknown, configured: unknown, publishedAll: unknown = null) =>
  publishedPorts({
    open: at(open),
    configured: at(configured),
    publishedAll: publishedAll === null ? null : at(publishedAll),
  });
const brief = (ports: ReturnType<typeof published>) =>
  ports.map((p) => `${p.family} ${p.hostIp}|${p.hostPort}>${p.containerPort}/${p.protocol}`);
const bind = (HostIp: string, HostPort: string) => ({ HostIp, HostPort });

describe('published ports', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['none', {}, {}, []],
    ['null for none', null, null, []],
    ['exposed but not published', { '80/tcp': null }, {}, []],
    ['IPv4', { '80/tcp': [bind('0.0.0.0', '80')] }, {}, ['ipv4 0.0.0.0|80>80/tcp']],
    ['IPv6', { '443/tcp': [bind('::', '443')] }, {}, ['ipv6 ::|443>443/tcp']],
    ['IPv6 in brackets', {}, { '443/tcp': [bind('[::1]', '443')] }, ['ipv6 ::1|443>443/tcp']],
    ['IPv6 at length', {}, { '80/tcp': [bind('0:0:0:0:0:0:0:0', '1')] }, ['ipv6 ::|1>80/tcp']],
    ['IPv4 in IPv6', {}, { '80/tcp': [bind('::ffff:0.0.0.0', '1')] }, ['ipv4 0.0.0.0|1>80/tcp']],
    ['UDP', { '53/udp': [bind('10.0.0.1', '53')] }, {}, ['ipv4 10.0.0.1|53>53/udp']],
    ['SCTP', { '9/sctp': [bind('', '9')] }, {}, ['ipv4 |9>9/sctp']],
    ['a stopped container', {}, { '80/tcp': [bind('', '8080')] }, ['ipv4 |8080>80/tcp']],
    ['a key without a protocol', {}, { 80: [bind('', '8080')] }, ['ipv4 |8080>80/tcp']],
    ['a port chosen at start', {}, { '80/tcp': [bind('', '')] }, ['ipv4 |0>80/tcp']],
    ['a range', {}, { '80/tcp': [bind('', '900-1100')] }, ['ipv4 |900>80/tcp']],
    [
      'both families of one binding',
      { '80/tcp': [bind('0.0.0.0', '80'), bind('::', '80')] },
      { '80/tcp': [bind('', '80')] },
      ['ipv4 0.0.0.0|80>80/tcp', 'ipv6 ::|80>80/tcp'],
    ],
    [
      'the same binding twice',
      { '80/tcp': [bind('127.0.0.1', '1024')] },
      { '80/tcp': [bind('127.0.0.1', '1024')] },
      ['ipv4 127.0.0.1|1024>80/tcp'],
    ],
    [
      'a port that the engine chose',
      { '80/tcp': [bind('0.0.0.0', '32768')] },
      { '80/tcp': [bind('0.0.0.0', '0')] },
      ['ipv4 0.0.0.0|32768>80/tcp'],
    ],
    [
      'a port out of a range',
      { '80/tcp': [bind('0.0.0.0', '1005')] },
      { '80/tcp': [bind('', '900-1100')] },
      ['ipv4 0.0.0.0|1005>80/tcp'],
    ],
    [
      'one open, another only configured',
      { '80/tcp': [bind('127.0.0.1', '80')] },
      { '80/tcp': [bind('127.0.0.1', '80'), bind('0.0.0.0', '81')] },
      ['ipv4 127.0.0.1|80>80/tcp', 'ipv4 0.0.0.0|81>80/tcp'],
    ],
  ])('%s', (_case, open, configured, expected) => {
    expect(brief(published(open, configured))).toEqual(expected);
  });

  it('are open, or asked for only', () => {
    const found = published(
      { '80/tcp': [bind('127.0.0.1', '80')] },
      { '80/tcp': [bind('0.0.0.0', '81')] },
      { '80/tcp': {}, '82/tcp': {} },
    );

    expect(found.map(({ hostPort, isOpen }) => [hostPort, isOpen])).toEqual([
      [80, true],
      [81, false],
      [0, false],
    ]);
  });

  it('includes what is published because everything is', () => {
    const exposed = { '80/tcp': {}, '81/tcp': {} };

    expect(brief(published({ '80/tcp': [bind('0.0.0.0', '32768')] }, {}, exposed))).toEqual([
      'ipv4 0.0.0.0|32768>80/tcp',
      'ipv4 |0>81/tcp',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['a list instead of a map', [], 'expected a record'],
    ['a missing map', undefined, 'expected a record'],
    ['a text instead of bindings', { '80/tcp': 'x' }, 'expected a list'],
    ['a port that is none', { '80/tcp': [bind('', '99999')] }, 'a port number'],
    ['words for a port', { '80/tcp': [bind('', 'http')] }, 'a port number'],
    ['a range from high to low', { '80/tcp': [bind('', '9-1')] }, 'a port number'],
    ['a protocol that is none', { '80/icmp': null }, 'a port such as 80/tcp'],
  ])('%s is refused', (_case, open, message) => {
    expect(() => published(open, {})).toThrow(message);
  });
});

describe('exposed ports', () => {
  it('come in the order of their numbers', () => {
    const exposed = exposedPorts(at({ '443/tcp': {}, '53/udp': {}, '53/tcp': {}, '8080': {} }));

    expect(exposed.map((p) => `${p.containerPort}/${p.protocol}`)).toEqual([
      '53/tcp',
      '53/udp',
      '443/tcp',
      '8080/tcp',
    ]);
  });

  it('may be missing', () => {
    expect(exposedPorts(at(undefined))).toEqual([]);
  });
});
