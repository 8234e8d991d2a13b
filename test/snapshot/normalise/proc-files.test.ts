import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { cgroupOwner } from '../../../src/snapshot/normalise/proc-cgroup.ts';
import { rangesOfUidMap, startTimeOfStat } from '../../../src/snapshot/normalise/proc-status.ts';

describe('uid_map', () => {
  it('is a range a line', () => {
    const text = '         0       1000          1\n         1     100000      65536';

    expect(rangesOfUidMap(1, text)).toEqual([
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100_000, count: 65_536 },
    ]);
  });

  it.each(['', '0 0', '0 0 -1', 'a b c'])('is refused for %j', (text) => {
    expect(() => rangesOfUidMap(1, text)).toThrow(OutsideError);
  });
});

describe('stat', () => {
  const after = `S ${'1 '.repeat(18)}4711 99 99`;

  it('tells when the process started, whatever its name holds', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(startTimeOfStat(42, `42 (${name}) ${after}`)).toBe('4711');
      }),
      { examples: [[') S 0 0 0'], ['a\nb'], ['(']] },
    );
  });

  it.each(['', '42', `43 (a) ${after}`, '42 (a) S 1 2 3'])('is refused for %j', (text) => {
    expect(() => startTimeOfStat(42, text)).toThrow(OutsideError);
  });
});

describe('cgroup', () => {
  const id = 'a1'.repeat(32);
  const other = 'b2'.repeat(32);

  it.each([
    `12:pids:/docker/${id}\n0::/docker/${id}`,
    `0::/docker/${id}`,
    `0::/../${id}`,
    `0::/system.slice/docker-${id}.scope`,
    `0::/docker/${id}/init.scope`,
    `1:name=systemd:/\n0::/docker/${id} (deleted)`,
  ])('names the container in %j', (text) => {
    expect(cgroupOwner(text, id)).toBe('container');
  });

  it.each(['', '0::/', '3:pids:/\n0::/'])('names nobody in %j', (text) => {
    expect(cgroupOwner(text, id)).toBe('nobody');
  });

  it.each([
    `0::/docker/${other}`,
    `0::/docker/${id.slice(0, 63)}`,
    `0::/docker/${id}0`,
    '0::/system.slice/docker.service',
    `5:name=${id}:/x`,
  ])('names another in %j', (text) => {
    expect(cgroupOwner(text, id)).toBe('other');
  });

  it('names nobody where the engine makes no groups, unless it is another container', () => {
    expect(cgroupOwner('3:pids:/user.slice/session-1.scope\n0::/', id, false)).toBe('nobody');
    expect(cgroupOwner(`0::/docker/${other}`, id, false)).toBe('other');
    expect(cgroupOwner(`0::/docker/${id}`, id, false)).toBe('container');
  });

  it('does not take a short or empty id for a name', () => {
    expect(cgroupOwner('0::/docker/abc', 'abc')).toBe('other');
    expect(cgroupOwner('0::/docker/abc', '')).toBe('other');
  });
});
