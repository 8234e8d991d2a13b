const ADDRESS = /^(?:([^:[\]\s]+|\[[0-9A-Fa-f:.]+\]):)?(\d{1,5})$/;

/** Host and port of `host:port` or of a port alone, which is of all addresses; null for anything else. */
export function parseListen(text: string): { host: string; port: number } | null {
  const [, host = '0.0.0.0', port = ''] = ADDRESS.exec(text) ?? [];
  const number = Number(port);
  if (port === '' || number > 65_535) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}
