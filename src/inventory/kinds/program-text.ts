import { type FileKind, nothing } from '../file-kind.ts';
import { printable } from '../programs/find-text.ts';
import { programTexts } from '../programs/known-programs.ts';

/** Texts beside a program that say of which version it is. */
export const programTextKind: FileKind = {
  about: '`release` of Java, `rabbit.app` of RabbitMQ, `VERSION` of Grafana',
  bytesMax: 256 * 1024,
  matches: (path) => programTexts.some(({ file }) => file.test(path)),
  read(bytes, path) {
    const text = bytes.toString('utf8');
    const programs = programTexts
      .filter(({ file }) => file.test(path))
      .flatMap(({ name, text: pattern }) => {
        const found = pattern.exec(text);
        const version = found?.groups?.version;
        if (found === null || version === undefined) return [];
        return [{ name, version, path, evidence: printable(found[0]) }];
      });
    return { ...nothing, programs };
  },
};
