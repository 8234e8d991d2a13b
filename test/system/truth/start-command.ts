import { askEngine } from '../../support/real-engine.ts';

/**
 * Starts a command in a container as `docker exec --detach` does, which takes a program of its own for each. Rejects with
 * what the engine complained about, and for an option other than `--user` and `--privileged`.
 */
export async function startCommand(
  socketPath: string,
  container: string,
  options: readonly string[],
  command: readonly string[],
): Promise<void> {
  const asked: { Cmd: readonly string[]; User?: string; Privileged?: boolean } = { Cmd: command };
  for (let words = [...options]; words.length > 0; ) {
    const word = words.shift();
    if (word === '--privileged') asked.Privileged = true;
    else if (word === '--user') asked.User = words.shift() ?? '';
    else throw new Error(`${word} is no option that this knows of`);
  }
  const made = await askEngine(socketPath, 'POST', `/containers/${container}/exec`, asked);
  const { Id } = JSON.parse(made) as { Id: string };
  await askEngine(socketPath, 'POST', `/exec/${Id}/start`, { Detach: true });
}
