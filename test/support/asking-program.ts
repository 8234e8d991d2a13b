import { connect } from 'node:net';
import { argv, stdout } from 'node:process';

// What `ask-places.ts` starts in the network of a container: it asks places such as `10.0.0.2:80` or `[fd00::2]:80` all at
// once, and prints for each what was answered, or why nothing was, behind a `!`.

const [seconds = '', ...places] = argv.slice(2);
for (const place of places) {
  const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(place) ?? [];
  const socket = connect({ host, port: Number(port) });
  const say = (word: string) => {
    clearTimeout(limit);
    socket.removeAllListeners().destroy();
    stdout.write(`${place} ${word}\n`);
  };
  const limit = setTimeout(() => say('!silent'), Number(seconds) * 1_000);
  let told = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  socket.once('connect', () => socket.write(`GET /_ping HTTP/1.0\r\n\r\n`));
  socket.once('error', (error: NodeJS.ErrnoException) => say(`!${error.code}`));
  socket.once('end', () => {
    const [, body = ''] = /^HTTP\/\S+ 200 .*?\r\n\r\n(.*)$/s.exec(told) ?? [];
    say(body.trim() || '!strange');
  });
}
