/** Beyond any of these, what is read is unknown as a whole. */
export interface FormatBounds {
  /** What is sent to be read. */
  bytes: number;
  /** Things in it: packages, headers of an archive, files that a probe printed. */
  entries: number;
  /** The longest text that is kept of it, e.g. a name. */
  textBytes: number;
  /** Levels that lead from one to the next: pages of a tree, headers before the one of a file. */
  nesting: number;
  /** What is made of it, serialised. */
  outputBytes: number;
}

/**
 * One kind of bytes that a container can write or a host sends. `parse` is a pure function of plain data
 * to plain data, because it runs in a process of its own (`ForeignReader`); it throws `OutsideError` for what
 * cannot be read.
 */
export interface ForeignFormat<Input, Output> {
  /** Unique; `foreignFormats` finds it by this. */
  name: string;
  /** What it reads, for the page of all formats. */
  about: string;
  bounds: FormatBounds;
  parse(input: Input): Output;
}

/** A whole tar that an engine sent. */
export interface ArchiveInput {
  archive: Uint8Array;
  /** The call, for errors. */
  what: string;
  /** What is looked for in it, where the format looks for something; empty otherwise. */
  wanted: string;
}
export type ArchiveFormat<Output> = ForeignFormat<ArchiveInput, Output>;

/** Milliseconds for one parse: a hundred times what the largest database of a distribution takes. */
export const parseMs = 5_000;

/**
 * Runs parsers where they cannot stop, crash or fill the program. Rejects with `OutsideError` for what
 * cannot be read and for what took too much; then it is unknown.
 */
export interface ForeignReader {
  parse<Input, Output>(format: ForeignFormat<Input, Output>, input: Input): Promise<Output>;
}
