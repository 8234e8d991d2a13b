import { foreign } from '../../../src/snapshot/foreign.ts';
import { hasRemoteLogAddress } from '../../../src/snapshot/normalise/log-address.ts';

const read = (Config: unknown) => hasRemoteLogAddress(foreign('GET /x', { Type: 'x', Config }));

describe('the address of a log driver', () => {
  it.each([
    ['syslog-address', 'tcp://logs.example:514', true],
    ['syslog-address', 'udp://10.0.0.9:514', true],
    ['syslog-address', 'tcp+tls://[2001:db8::1]:6514', true],
    ['syslog-address', 'unixgram:///dev/log', false],
    ['syslog-address', 'unix:///run/log.sock', false],
    ['syslog-address', 'udp://127.0.0.1:514', false],
    ['syslog-address', 'tcp://localhost:514', false],
    ['syslog-address', 'tcp://[::1]:514', false],
    ['syslog-address', 'udp://[::]:5514', false],
    ['syslog-address', 'udp://[::ffff:127.0.0.1]:514', false],
    ['syslog-address', 'udp://127.1:514', false],
    ['gelf-address', 'udp://LOCALHOST6:12201', false],
    ['fluentd-address', 'logs.example:24224', true],
    ['fluentd-address', 'localhost:24224', false],
    ['gelf-address', 'udp://logs.example:12201', true],
    ['splunk-url', 'https://user:pass@splunk.example:8088/x', true],
    ['syslog-address', '', null],
    ['syslog-facility', 'tcp://logs.example', null],
  ])('%s=%s is remote: %s', (option, value, expected) => {
    expect(read({ [option]: value, 'max-size': '10m' })).toBe(expected);
  });

  it.each([[{}], [null], [undefined]])('is missing in %j', (config) => {
    expect(read(config)).toBeNull();
  });
});
