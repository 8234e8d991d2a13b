const INSTRUCTIONS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

/**
 * The instruction behind one line of an image's history, from a fixed set so that no argument gets
 * out; empty when the line names none (imported layers, other builders). The classic builder writes
 * `/bin/sh -c #(nop) COPY …` and a bare command for RUN, BuildKit the instruction itself.
 */
export function instructionOf(createdBy: string): string {
  const marked = /^\S+(?: [-/]\S+| pipefail)* #\(nop\)\s+(\S+)/.exec(createdBy)?.[1];
  const word = (marked ?? /^\S+/.exec(createdBy)?.[0] ?? '').toUpperCase();
  if (INSTRUCTIONS.includes(word)) return word;
  return marked === undefined && isBareCommand(createdBy) ? 'RUN' : '';
}

/** A shell's path, `|2 A=1 B=2 /bin/sh -c …` with build arguments, or a shell of Windows. */
const isBareCommand = (createdBy: string): boolean =>
  /^(\/\S+ |\|\d+ |powershell |cmd )/i.test(createdBy);
