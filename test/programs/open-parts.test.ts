import { type Ends, openParts } from '../../src/programs/open-parts.ts';

/** Parts by name, which note that they end; those in `failing` say so and fail. */
function endsOf(names: readonly string[], failing: readonly string[] = []) {
  const ended: string[] = [];
  const add = (ends: Ends) =>
    ends.push(
      ...names.map((name) => async () => {
        ended.push(name);
        if (failing.includes(name)) throw new Error(`${name} cannot end`);
      }),
    );
  return { ended, add };
}

describe('openParts', () => {
  it('closes what leans on others before them', async () => {
    const { ended, add } = endsOf(['store', 'server', 'chat']);
    const opened = await openParts(async (ends) => {
      add(ends);
      return { port: 1 };
    });

    expect(opened.port).toBe(1);
    await opened.close();

    expect(ended).toEqual(['chat', 'server', 'store']);
  });

  it('closes the others where one cannot be closed, and says why the first could not', async () => {
    const { ended, add } = endsOf(['store', 'server', 'chat'], ['chat', 'server']);
    const { close } = await openParts(async (ends) => {
      add(ends);
      return {};
    });

    await expect(close()).rejects.toThrow('chat cannot end');
    expect(ended).toEqual(['chat', 'server', 'store']);
  });

  it('says why it could not be opened, and closes what was', async () => {
    const { ended, add } = endsOf(['store', 'server'], ['server']);
    const opening = openParts(async (ends) => {
      add(ends);
      throw new Error('the port is taken');
    });

    await expect(opening).rejects.toThrow('the port is taken');
    expect(ended).toEqual(['server', 'store']);
  });
});
