/** `Num RefCount Protocol Flags Type St Inode Path`: flags 00010000 of one that waits for others (proc(5)). */
const LISTENING = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} 00010000 [0-9A-F]{4} \d\d +(\d+) (\/.*)$/gm;

/** Sockets that listen by a path in the text of `/proc/PID/net/unix`, each with the number that the kernel has it by. */
export const listeningSockets = (table: string): { inode: string; path: string }[] =>
  [...table.matchAll(LISTENING)].map(([, inode = '', path = '']) => ({ inode, path }));
