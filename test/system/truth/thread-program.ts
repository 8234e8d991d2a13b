// Programs for Linux on x86-64, made by hand since no compiler is needed otherwise: two threads that stay, one of
// which is not as the other.

const BASE = 0x400000;
const HEADER_BYTES = 64 + 56;
const STACK_BYTES = 65_536;
/** CLONE_VM, FS, FILES, SIGHAND, THREAD and SYSVSEM (clone(2)). */
const THREAD_FLAGS = 0x50f00;
const [CLONE, PAUSE, SETRESUID, SETRESGID] = [56, 34, 117, 119];
const [OPEN, EXIT, PRCTL, MOUNT, UMOUNT, UNSHARE, SETNS] = [2, 60, 157, 165, 166, 272, 308];
const CAPBSET_DROP = 24;
const CAPABILITIES = 41;
const CLONE_NEWNS = 0x20000;
const MNT_DETACH = 2;
/** MS_REMOUNT and MS_BIND (mount(2)): to be written again. */
const WRITABLE_AGAIN = 0x1020;
const NOBODY = 1000;

/** `mov` of a number into a register, sign-extended: rax, rdi, rsi, rdx, r10, r8. */
const REGISTERS = [
  [0x48, 0xc7, 0xc0],
  [0x48, 0xc7, 0xc7],
  [0x48, 0xc7, 0xc6],
  [0x48, 0xc7, 0xc2],
  [0x49, 0xc7, 0xc2],
  [0x49, 0xc7, 0xc0],
];

/** A system call by its number, with up to five arguments. */
const call = (...numbers: number[]): number[] => [
  ...numbers.flatMap((value, index) => [...(REGISTERS[index] ?? []), ...littleEndian(value)]),
  ...[0x0f, 0x05],
];

function littleEndian(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return [...bytes];
}

const tame = [
  ...call(SETRESGID, NOBODY, NOBODY, NOBODY),
  ...call(SETRESUID, NOBODY, NOBODY, NOBODY),
];

/** Waits for signals for ever: a jump back over itself. */
function forever(): number[] {
  const pause = call(PAUSE);
  return [...pause, 0xeb, 256 - (pause.length + 2)];
}

/**
 * Its first thread becomes uid and gid 1000 for good, its second one keeps the ids, and with them the
 * capabilities, that the process was started with.
 */
export const tameFirstThread = (): Buffer => twoThreads(tame, () => []);

/** The same, and its first thread ends, so that the process looks like one that waits for its parent. */
export const leaveFirstThread = (): Buffer => twoThreads([...tame, ...call(EXIT, 0)], () => []);

/** Its second thread leaves the mounts of the first, and uncovers a path in its own. */
export const uncoverInThread = (path: string): Buffer =>
  twoThreads(
    [],
    (text) => [...call(UNSHARE, CLONE_NEWNS), ...call(UMOUNT, text, MNT_DETACH)],
    path,
  );

/** Its second thread leaves the mounts of the first, and changes nothing. */
export const leaveMountsInThread = (): Buffer => twoThreads([], () => call(UNSHARE, CLONE_NEWNS));

/** Its second thread leaves the mounts of the first, and makes its root writable. */
export const openRootInThread = (): Buffer =>
  twoThreads(
    [],
    (text) => [...call(UNSHARE, CLONE_NEWNS), ...call(MOUNT, 0, text, 0, WRITABLE_AGAIN, 0)],
    '/',
  );

/** Its second thread enters the namespace of a file, as `/proc/1/ns/net`, and the first does not. */
export function enterInThread(path: string): Buffer {
  const [result, , second] = REGISTERS;
  const asFirst = [0x48, 0x89, 0xc7]; // mov rdi, rax: what the call before returned
  return twoThreads(
    [],
    (text) => [
      ...call(OPEN, text, 0),
      ...asFirst,
      ...[...(result ?? []), ...littleEndian(SETNS)],
      ...[...(second ?? []), ...littleEndian(0)],
      ...[0x0f, 0x05],
    ],
    path,
  );
}

/** Both of its threads drop every capability from their bounding sets, and keep those that they have. */
export function dropBounding(): Buffer {
  const all = Array.from({ length: CAPABILITIES }, (_, one) => call(PRCTL, CAPBSET_DROP, one));
  return twoThreads(all.flat(), () => all.flat());
}

/** What each thread does before it waits; the second is told where the text lies. */
function twoThreads(first: number[], second: (text: number) => number[], text = ''): Buffer {
  const ofFirst = [...first, ...forever()];
  const jump = [0x48, 0x85, 0xc0, 0x0f, 0x84, ...littleEndian(ofFirst.length)]; // test rax; jz second
  const codeWith = (place: number, stack: number) => [
    ...call(CLONE, THREAD_FLAGS, stack),
    ...jump,
    ...ofFirst,
    ...second(place),
    ...forever(),
  ];
  const place = BASE + HEADER_BYTES + codeWith(0, 0).length;
  const data = Buffer.from(`${text}\0`);
  const length = place - BASE + data.length;
  const stack = BASE + length + STACK_BYTES - (length % 16);
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // a program
  header.writeUInt16LE(62, 18); // x86-64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + HEADER_BYTES), 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // loaded
  header.writeUInt32LE(7, 68); // to read, write and run
  header.writeBigUInt64LE(BigInt(BASE), 80);
  header.writeBigUInt64LE(BigInt(BASE), 88);
  header.writeBigUInt64LE(BigInt(length), 96);
  header.writeBigUInt64LE(BigInt(length + 2 * STACK_BYTES), 104);
  header.writeBigUInt64LE(4096n, 112);
  return Buffer.concat([header, Buffer.from(codeWith(place, stack)), data]);
}
