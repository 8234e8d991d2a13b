import type { IncomingMessage } from 'node:http';

/** Tells requests that mean this workspace from those that a page of another site had sent. */
export interface OwnAddress {
  /** Why a request or an upgrade is turned away; null for one that may go on. */
  refusalOf(request: IncomingMessage): string | null;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'] as const;

/**
 * The addresses of a workspace that listens on `listensOn`. A name that somebody else's DNS leads here
 * (DNS rebinding) is none of them, and neither is another page's origin; a program sends no origin.
 */
export function createOwnAddress(listensOn: string, port: number): OwnAddress {
  // As browsers write it, without the port where that is the usual one.
  const hostOf = (name: string) => URL.parse(`http://${bracketed(name)}:${port}`)?.host ?? name;
  const own = new Set([...loopbackNames, listensOn].map(hostOf));
  return {
    refusalOf({ headers, socket }) {
      const host = headers.host?.toLowerCase() ?? '';
      // Where it listens on every address: the one that the connection came to, never a name.
      const isAddress = socket.localAddress !== undefined && host === hostOf(socket.localAddress);
      if (!own.has(host) && !isAddress) return 'this is not the address of the workspace';
      const { origin } = headers;
      if (origin !== undefined && origin !== `http://${host}`) return 'sent by another site';
      return isFromElsewhere(headers) ? 'sent by another site' : null;
    },
  };
}

const bracketed = (name: string): string => {
  const plain = name.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') && !plain.startsWith('[') ? `[${plain}]` : plain;
};

/** By the browser's own word. Links lead here from anywhere, for example from a terminal in a page. */
function isFromElsewhere(headers: IncomingMessage['headers']): boolean {
  const isForeign = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
  return isForeign && headers['sec-fetch-dest'] !== 'document';
}
