import { userInfo } from 'node:os';
import type { Actor } from '../findings/acceptance.ts';

/** The account that runs the program; its number where the system has no name for it. */
export function terminalUser(): Actor {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const here = { place: 'terminal', timeZone };
  try {
    const { username } = userInfo();
    return { id: username, name: username, ...here };
  } catch {
    const id = `uid ${process.getuid?.() ?? 'unknown'}`;
    return { id, name: id, ...here };
  }
}
