import { parseEndpoint } from '../../src/engine/endpoint.ts';
import { UserError } from '../../src/shared/errors.ts';

const tls = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' };

it('reads a unix socket and names it by its real path', () => {
  expect(parseEndpoint('unix:///var/run/docker.sock')).toEqual({
    endpoint: {
      kind: 'unix',
      url: 'unix:///var/run/docker.sock',
      isMutualTls: false,
      socketPath: '/run/docker.sock',
    },
    connection: { kind: 'unix', socketPath: '/var/run/docker.sock' },
  });
});

it.each([
  ['unix:///run/user/1000/docker.sock', '/run/user/1000/docker.sock'],
  ['unix:///var/running/docker.sock', '/var/running/docker.sock'],
  ['unix:///srv//a/../docker.sock', '/srv/docker.sock'],
])('normalises the socket path of %s', (url, socketPath) => {
  expect(parseEndpoint(url).endpoint.socketPath).toBe(socketPath);
});

it.each([
  ['tcp://web-1', 'web-1', 2375],
  ['tcp://10.0.0.7:4243/', '10.0.0.7', 4243],
  ['tcp://[fe80::1]:2375', 'fe80::1', 2375],
])('reads %s', (url, host, port) => {
  const { endpoint, connection } = parseEndpoint(url);

  expect(connection).toEqual({ kind: 'tcp', host, port, tls: null });
  expect(endpoint).toEqual({ kind: 'tcp', url, isMutualTls: false, socketPath: null });
});

it('takes the TLS port and says so when certificates are given', () => {
  const { endpoint, connection } = parseEndpoint('tcp://web-1', tls);

  expect(connection).toEqual({ kind: 'tcp', host: 'web-1', port: 2376, tls });
  expect(endpoint.isMutualTls).toBe(true);
});

it.each([
  ['ssh://web-1', { host: 'web-1', port: null, user: null }],
  ['ssh://ops@web-1:2222', { host: 'web-1', port: 2222, user: 'ops' }],
])('reads %s', (url, connection) => {
  expect(parseEndpoint(url).connection).toEqual({ kind: 'ssh', ...connection });
});

it.each([
  ['http://web-1:2375', 'does not start with'],
  ['/var/run/docker.sock', 'does not start with'],
  ['', 'does not start with'],
  ['unix://run/docker.sock', 'three slashes'],
  ['unix://', 'three slashes'],
  ['unix:///run/', 'three slashes'],
  ['tcp://', 'no valid host name'],
  ['tcp://:2375', 'is not a url'],
  ['tcp://web-1:99999', 'is not a url'],
  ['tcp://web-1:0', 'port 0'],
  ['tcp://web 1:2375', 'is not a url'],
  ['tcp://w%65b:2375', 'no valid host name'],
  ['tcp://web-1:2375/prefix', 'something after'],
  ['tcp://web-1:2375?x=1', 'something after'],
  ['tcp://ops@web-1:2375', 'credentials'],
  ['ssh://-oProxyCommand=touch', 'no valid host name'],
  ['ssh://-oProxyCommand=x@web-1', 'no user name'],
  ['ssh://$(id)', 'no valid host name'],
  ['ssh://o;p@web-1', 'no user name'],
])('refuses %j and says that it %s', (url, problem) => {
  expect(() => parseEndpoint(url)).toThrow(UserError);
  expect(() => parseEndpoint(url)).toThrow(problem);
});

it.each(['tcp://ops:hunter2@web-1:2375', 'ssh://ops:hunter2@web-1', 'https://ops:hunter2@web-1'])(
  'refuses %j without repeating the password',
  (url) => {
    expect(() => parseEndpoint(url)).toThrow(UserError);
    expect(() => parseEndpoint(url)).not.toThrow('hunter2');
  },
);

it.each(['unix:///run/docker.sock', 'ssh://web-1'])('refuses certificates for %s', (url) => {
  expect(() => parseEndpoint(url, tls)).toThrow('`tls` has no meaning');
});
