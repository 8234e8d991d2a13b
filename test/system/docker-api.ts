/**
 * Every call of Docker Engine API 1.45 but the declared ones, with the container of that id where one is
 * named (https://docs.docker.com/reference/api/engine/version/v1.45/, and what the engine
 * routes beyond its reference).
 */
export function unlistedCalls(containerId: string, declared: readonly string[]): string[] {
  return [...writes, ...reads]
    .filter((call) => !declared.includes(call.replace(/\?.*$/, '')))
    .map((call) => call.replace('{id}', containerId));
}

const ofContainer = (method: string, ...words: string[]) =>
  words.map((word) => `${method} /containers/{id}/${word}`);

const writes = [
  'POST /auth',
  'POST /session',
  'POST /grpc',
  'POST /build',
  'POST /build?remote=http://x/y.git&t=x',
  'POST /build/prune',
  'POST /build/cancel?id=x',
  'POST /commit?container={id}',
  'POST /containers/create',
  'POST /containers/create?name=x',
  'POST /containers/prune',
  ...ofContainer('POST', 'attach', 'exec', 'kill', 'pause', 'rename?name=x', 'resize?h=1&w=1'),
  ...ofContainer('POST', 'restart', 'start', 'stop', 'unpause', 'update', 'wait', 'copy'),
  'PUT /containers/{id}/archive?path=/',
  'DELETE /containers/{id}',
  'DELETE /containers/{id}?force=1&v=1',
  'POST /exec/{id}/start',
  'POST /exec/{id}/resize?h=1&w=1',
  'POST /images/create?fromImage=busybox',
  'POST /images/load',
  'POST /images/prune',
  'POST /images/base/push',
  'POST /images/base/tag?repo=x',
  'DELETE /images/base:1.0',
  'POST /networks/create',
  'POST /networks/prune',
  'POST /networks/none/connect',
  'POST /networks/none/disconnect',
  'DELETE /networks/none',
  'POST /volumes/create',
  'POST /volumes/prune',
  'PUT /volumes/data',
  'DELETE /volumes/data',
  'POST /plugins/pull?remote=x',
  'POST /plugins/create?name=x',
  ...['enable', 'disable', 'push', 'set', 'upgrade?remote=x'].map(
    (word) => `POST /plugins/x/${word}`,
  ),
  'DELETE /plugins/x',
  ...['init', 'join', 'leave', 'leave?force=1', 'update', 'unlock'].map(
    (word) => `POST /swarm/${word}`,
  ),
  'POST /nodes/x/update',
  'DELETE /nodes/x',
  'POST /services/create',
  'POST /services/x/update',
  'DELETE /services/x',
  'POST /secrets/create',
  'POST /secrets/x/update',
  'DELETE /secrets/x',
  'POST /configs/create',
  'POST /configs/x/update',
  'DELETE /configs/x',
  // Declared paths by other methods.
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW'].flatMap((method) => [
    `${method} /containers/json`,
    `${method} /info`,
    `${method} /containers/{id}/json`,
  ]),
];

const reads = [
  ...ofContainer('GET', 'export', 'logs?stdout=1', 'attach', 'attach/ws', 'changes'),
  'GET /containers/{id}',
  'GET /exec/{id}/start',
  'GET /images/get?names=base:1.0',
  'GET /images/base:1.0/get',
  'GET /images/search?term=x',
  'GET /distribution/base/json',
  'GET /networks/bridge',
  'GET /volumes/data',
  'GET /secrets',
  'GET /secrets/x',
  'GET /configs',
  'GET /configs/x',
  'GET /swarm',
  'GET /swarm/unlockkey',
  'GET /tasks',
  'GET /tasks/x',
  'GET /tasks/x/logs',
  'GET /services/x',
  'GET /services/x/logs?stdout=1',
  'GET /nodes/x',
  'GET /plugins/privileges?remote=x',
  'GET /plugins/x/json',
  'GET /system/df',
  'GET /auth',
  'GET /debug/pprof/',
  'GET /debug/vars',
  'GET /metrics',
  'GET /',
  'HEAD /containers/json',
];

const websocket = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: d', ...headers].join('\r\n')}\r\n\r\n`;

/** Requests that mean something else than they seem to, by the name of a container. */
export const unlistedRequests: Readonly<Record<string, (name: string) => string>> = {
  'two slashes': () => request('GET //containers/json'),
  'two slashes within': (name) => request(`GET /containers//${name}/json`),
  'a slash at the end': () => request('GET /containers/json/'),
  'dots up to a declared path': () => request('GET /secrets/../containers/json'),
  'dots down from a declared path': (name) => request(`GET /containers/${name}/json/../export`),
  'dots as an id': () => request('GET /containers/../json'),
  'encoded dots': (name) => request(`GET /containers/${name}/json/%2e%2e/export`),
  'encoded dots as an id': () => request('GET /containers/%2e%2e/json'),
  'an encoded slash': (name) => request(`GET /containers/${name}%2Fexport/json`),
  'an encoded letter': () => request('GET /%63ontainers/json'),
  'an encoded line break': () => request('GET /info%0d%0aX:%20y'),
  'an encoded end of text': (name) => request(`GET /containers/${name}/export%00/json`),
  'a backslash': (name) => request(`GET /containers/${name}\\export/json`),
  'a semicolon': (name) => request(`GET /containers/${name}/json;/export`),
  'a fragment': (name) => request(`GET /containers/${name}/export#/json`),
  'capital letters': () => request('GET /Containers/json'),
  'another major version': () => request('GET /v2.0/containers/json'),
  'two versions': () => request('GET /v1.45/v1.45/containers/json'),
  'a version alone': () => request('GET /v1.45'),
  'a url with its host': () => request('GET http://docker/containers/json'),
  'a writing url with its host': () => request('POST http://docker/containers/create'),
  'a url of a host that ends like a path': (name) =>
    request(`GET http://d/containers/${name}/export?/containers/json`),
  'an asterisk': () => request('OPTIONS *'),
  'a tunnel': () => request('CONNECT docker:2375'),
  'a method in small letters': () => request('post /containers/create'),
  'a method that begins with GET': () => request('GETX /containers/json'),
  'a method by header': () =>
    request('GET /containers/prune', 'X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST'),
  'a path by header': (name) =>
    request(`GET /containers/${name}/export`, 'X-Original-URL: /info', 'X-Rewrite-URL: /info'),
  'an upgrade to a raw stream': (name) =>
    request(`POST /containers/${name}/attach?stream=1`, 'Connection: Upgrade', 'Upgrade: tcp'),
  'an upgrade on a declared path': () =>
    request('GET /info', 'Connection: Upgrade', 'Upgrade: tcp'),
  'an upgrade to HTTP/2': () =>
    request(
      'GET /info',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AA',
    ),
  'HTTP/2 from the first byte': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a websocket into a container': (name) =>
    request(`GET /containers/${name}/attach/ws?stream=1&stdin=1`, ...websocket),
  'a body': () => `${request('GET /info', 'Content-Length: 5')}hello`,
  'a request within a body': () => {
    const inner = request('POST /containers/prune');
    return `${request('GET /info', `Content-Length: ${inner.length}`)}${inner}`;
  },
  'a request within chunks': () =>
    `${request('GET /info', 'Transfer-Encoding: chunked')}0\r\n\r\n${request('POST /containers/prune')}`,
  'two lengths': () =>
    `${request('GET /info', 'Content-Length: 0', 'Content-Length: 40')}${request('POST /containers/prune')}`,
  'a length and chunks': () =>
    `${request('GET /info', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${request('POST /containers/prune')}`,
  'a coding of another name': () =>
    `${request('GET /info', 'Transfer-Encoding: xchunked')}0\r\n\r\n${request('POST /containers/prune')}`,
  'a line feed alone': () =>
    'GET /info HTTP/1.1\nHost: d\n\nPOST /containers/prune HTTP/1.1\nHost: d\n\n',
  'a header that hides a request': () =>
    request('GET /containers/x/export', 'X: y\r\n GET /info HTTP/1.1'),
  'no version of HTTP': () => 'GET /containers/web/export\r\n\r\n',
};
