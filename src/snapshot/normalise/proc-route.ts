import { wrongProcFile } from './proc-file.ts';

/** One route of IPv4: through which interface, and to which addresses. */
export interface Route {
  interface: string;
  /** True for an IPv4 address that the route leads to; false for any other text. */
  covers: (address: string) => boolean;
}

/**
 * The routes in the text of `/proc/PID/net/route` but those to everywhere. Numbers are the bytes as the
 * kernel has them, as in its socket tables. Throws `OutsideError` for a line of another shape.
 */
export function routesOf(pid: number, text: string): Route[] {
  const [title = '', ...lines] = text.split('\n');
  if (!/^Iface\tDestination\t/.test(title))
    throw wrongProcFile(pid, 'net/route', 'it has no title');
  return lines.flatMap((line) => {
    if (line.trim() === '') return [];
    const [name, destination = '', , , , , , mask = ''] = line.split('\t');
    if (name === undefined || ![destination, mask].every((word) => /^[0-9A-F]{8}$/.test(word))) {
      throw wrongProcFile(pid, 'net/route', 'a line is not a route');
    }
    const [to, bits] = [Number.parseInt(destination, 16), Number.parseInt(mask, 16)];
    if (bits === 0) return [];
    const covers = (address: string) => {
      const number = littleEndian(address);
      return number !== null && (number & bits) >>> 0 === to;
    };
    return [{ interface: name.trim(), covers }];
  });
}

function littleEndian(address: string): number | null {
  const bytes = address.split('.').map(Number);
  const isAddress = bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255);
  return isAddress ? bytes.reduceRight((sum, byte) => sum * 256 + byte, 0) : null;
}
