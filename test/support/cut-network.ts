import { execFileSync } from 'node:child_process';

export interface CutNetwork {
  /** The address of this side. */
  address: string;
  /** What a program there is begun with. */
  prefix: readonly string[];
  /** Lets nothing through, without telling either side; or again. */
  cut(isCut: boolean): void;
  close(): void;
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' });

/** A network namespace with one cable to this one. */
export function openCutNetwork(): CutNetwork {
  const name = `sw${process.pid}`;
  const [here, there] = [`${name}a`, `${name}b`];
  const subnet = `10.213.${process.pid % 250}`;
  ip('netns', 'add', name);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', `${subnet}.1/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'addr', 'add', `${subnet}.2/30`, 'dev', there);
  ip('-n', name, 'link', 'set', there, 'up');
  return {
    address: `${subnet}.1`,
    prefix: ['ip', 'netns', 'exec', name],
    // On this side: there the way stays open, and leads nowhere.
    cut: (isCut) => void ip('link', 'set', here, isCut ? 'down' : 'up'),
    close() {
      ip('netns', 'del', name);
    },
  };
}
