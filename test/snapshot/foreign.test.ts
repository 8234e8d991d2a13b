import fc from 'fast-check';
import { OutsideError } from '../../src/shared/errors.ts';
import {
  answerList,
  count,
  entries,
  entriesOrEmpty,
  field,
  flag,
  foreign,
  list,
  listOrEmpty,
  pathId,
  text,
  textOrEmpty,
} from '../../src/snapshot/foreign.ts';

const answer = (value: unknown) => foreign('GET /thing', value);

describe('foreign JSON', () => {
  it('names the call, the place and the shape of what it cannot use, and never the value', () => {
    const found = field(answer({ HostConfig: { Binds: 'hunter2' } }), 'HostConfig', 'Binds');

    expect(() => list(found)).toThrow(
      'GET /thing: expected a list at .HostConfig.Binds, got string',
    );
    expect(() => list(found)).toThrow(OutsideError);
  });

  it('counts the places in lists', () => {
    const [, second] = list(answer(['a', 7]));

    expect(() => text(second ?? answer(null))).toThrow('expected a text at [1], got number');
  });

  it.each([
    ['text', text, 7],
    ['text', text, undefined],
    ['count', count, '7'],
    ['count', count, 1.5],
    ['count', count, Number.NaN],
    ['flag', flag, 'true'],
    ['flag', flag, null],
    ['list', list, {}],
    ['list', list, undefined],
    ['answerList', answerList, null],
    ['entries', entries, []],
    ['entries', entries, undefined],
    ['textOrEmpty', textOrEmpty, 7],
    ['listOrEmpty', listOrEmpty, 'x'],
    ['entriesOrEmpty', entriesOrEmpty, 'x'],
  ])('%s refuses what it was not promised', (_name, accessor, value) => {
    expect(() => accessor(answer(value))).toThrow(OutsideError);
  });

  it('takes null for an empty list and an empty map', () => {
    expect(list(answer(null))).toEqual([]);
    expect(entries(answer(null))).toEqual([]);
  });

  it('finds no fields that a record only inherits', () => {
    expect(field(answer({}), 'constructor').value).toBeUndefined();
    expect(() => field(answer(['x']), 'length')).toThrow('expected a record');
  });

  it.each(['../swarm/unlockkey', 'a/b', 'a?b=1', 'a%2Fb', '', '.', 'a..b', 'a b', 'a\n', '-a'])(
    'takes no id that could steer a request: %j',
    (id) => {
      expect(() => pathId(answer(id))).toThrow('expected an id');
    },
  );

  it('takes ids of containers and images', () => {
    expect(pathId(answer('sha256:b0fc'))).toBe('sha256:b0fc');
  });

  it('throws nothing but failures of the outside', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const attempts = [text, count, flag, list, entries, pathId].map((accessor) => () => {
          accessor(field(answer(value), name));
        });
        for (const attempt of attempts) {
          try {
            attempt();
          } catch (error) {
            expect(error).toBeInstanceOf(OutsideError);
          }
        }
      }),
    );
  });
});
