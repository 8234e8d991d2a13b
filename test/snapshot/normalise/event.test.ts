import { foreign } from '../../../src/snapshot/foreign.ts';
import { healthCommandOf, readEvent } from '../../../src/snapshot/normalise/event.ts';

const id = 'a'.repeat(64);
const options = { ownerLabel: 'team', hash: (text: string) => `hash of ${text}` };

/** A line as Docker Engine 26.1 writes it; the time is a number that JSON cannot hold. */
function line(action: string, attributes: Record<string, string> = {}, type = 'container'): string {
  const Attributes = { image: 'redis:7', name: 'web', ...attributes };
  const text = JSON.stringify({ Type: type, Action: action, Actor: { ID: id, Attributes } });
  return `${text.slice(0, -1)},"time":1795573867,"timeNano":1795573867123456789}`;
}

describe('an event of an engine', () => {
  it('keeps its time to the nanosecond', () => {
    expect(readEvent(line('start'), options).timeNano).toBe('1795573867123456789');
  });

  it.each([
    ['create', 'created'],
    ['start', 'started'],
    ['die', 'ended'],
    ['destroy', 'gone'],
    ['remove', 'gone'],
    ['rename', 'renamed'],
    ['update', 'updated'],
    ['pause', 'paused'],
    ['unpause', 'unpaused'],
    ['oom', 'out-of-memory'],
    ['exec_create: sh', 'exec'],
    ['exec', 'exec'],
    ['exec_die', 'exec-ended'],
    ['exec_died', 'exec-ended'],
    ['top', null],
    ['archive-path', null],
    ['exec_start: sh', null],
    ['init', null],
    ['health_status: healthy', null],
    ['constructor', null],
  ])('%s means %s', (action, kind) => {
    expect(readEvent(line(action), options).kind).toBe(kind);
  });

  it('of something else than a container means nothing', () => {
    expect(readEvent(line('create', {}, 'network'), options).kind).toBeNull();
  });

  it('drops the command line that it holds, but for a hash', () => {
    const event = readEvent(line('exec_create: sh -c echo a-secret', { execID: 'e1' }), options);

    expect(event).toMatchObject({
      action: 'exec_create',
      execId: 'e1',
      commandHash: 'hash of sh -c echo a-secret',
    });
    expect(JSON.stringify({ ...event, commandHash: '' })).not.toContain('secret');
  });

  it('keeps the labels of facts and no others', () => {
    const event = readEvent(
      line('create', {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        team: 'payments',
        token: 'a-secret',
      }),
      options,
    );

    expect(event).toMatchObject({
      composeProject: 'shop',
      composeService: 'web',
      owner: 'payments',
    });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('has an exit code when something ended, as Docker and as Podman write it', () => {
    expect(readEvent(line('die', { exitCode: '137' }), options).exitCode).toBe(137);
    expect(readEvent(line('die', { containerExitCode: '1' }), options).exitCode).toBe(1);
    expect(readEvent(line('die'), options).exitCode).toBeNull();
    expect(readEvent(line('die', { exitCode: 'much' }), options).exitCode).toBeNull();
  });

  it('is marked as a probe by name and label together', () => {
    const marks = (name: string, label: string) =>
      readEvent(line('create', { name, 'seawall.probe': label }), options).isMarkedAsProbe;

    expect([
      marks('seawall-probe-1', '1'),
      marks('web', '1'),
      marks('seawall-probe-1', '0'),
    ]).toEqual([true, false, false]);
  });

  it('cannot be given another time by a label', () => {
    const event = readEvent(
      line('create', { timeNano: '1', x: '"timeNano":5,', 'y","timeNano": 7': '' }),
      options,
    );

    expect(event.timeNano).toBe('1795573867123456789');
  });

  it.each([
    ['no JSON', 'nothing'],
    ['a list', '[]'],
    ['no time', JSON.stringify({ Type: 'container', Action: 'start', Actor: { ID: id } })],
    ['a path for an id', line('start').replace(id, '../../images')],
  ])('is refused with %s', (_, text) => {
    expect(() => readEvent(text, options)).toThrow('GET /events: expected');
  });

  it('bounds what it keeps', () => {
    const event = readEvent(line('create', { name: 'x'.repeat(5_000) }), options);

    expect(Buffer.byteLength(event.name)).toBe(255);
  });
});

describe('the command of a health check', () => {
  const command = (Config: object) => healthCommandOf(foreign('GET', { Config }));

  it.each([
    [{ Healthcheck: { Test: ['CMD', 'curl', '-f', 'http://x'] } }, 'curl -f http://x'],
    [{ Healthcheck: { Test: ['CMD-SHELL', 'curl x || exit 1'] } }, '/bin/sh -c curl x || exit 1'],
    [{ Shell: ['bash', '-c'], Healthcheck: { Test: ['CMD-SHELL', 'x'] } }, 'bash -c x'],
    [{ Healthcheck: { Test: ['NONE'] } }, null],
    [{}, null],
  ])('of %j is %s', (config, expected) => {
    expect(command(config)).toBe(expected);
  });
});
