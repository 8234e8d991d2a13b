// Loaded by `node --import` before a program: writes the url of every module that it loaded to the file
// descriptor 3, one a line.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const urls: string[] = [];
registerHooks({
  load(url, context, next) {
    urls.push(url);
    return next(url, context);
  },
});
process.once('exit', () => {
  writeFileSync(3, urls.join('\n'));
});
