import type { StoredFinding } from '../ports/stored.ts';
import { table } from '../shared/table.ts';
import type { Evidence } from '../snapshot/evidence.ts';

/** Subjects that one command names. */
const SUBJECTS_MAX = 3;

type Subjects = Pick<StoredFinding, 'subjectKind' | 'subjects'>;

/** The command that shows a fact on the host itself, safe to paste; null where there is none. */
export function evidenceCommand({ path, source }: Evidence, finding: Subjects): string | null {
  const names = finding.subjects.slice(0, SUBJECTS_MAX).map(shellWord).join(' ');
  const isAbout = (kind: Subjects['subjectKind']) => finding.subjectKind === kind && names !== '';
  switch (source) {
    case 'GET /containers/{id}/json':
      return isAbout('container') ? `docker inspect${format(path)} ${names}` : null;
    case 'GET /containers/{id}/top':
      return isAbout('container') ? `docker top ${shellWord(finding.subjects[0] ?? '')}` : null;
    case 'GET /images/{id}/json':
      return isAbout('image') ? `docker image inspect${format(path)} ${names}` : null;
    case 'GET /images/{id}/history':
      return isAbout('image') ? `docker history ${shellWord(finding.subjects[0] ?? '')}` : null;
    case 'HEAD /containers/{id}/archive':
    case 'GET /containers/{id}/archive':
      return statCommand(path);
    case 'GET /info':
      return `docker info${format(path)}`;
    default:
      return others.get(source) ?? null;
  }
}

const others = table<string>({
  'GET /version': 'docker version',
  'GET /networks': 'docker network ls',
  'GET /services': 'docker service ls',
  'GET /nodes': 'docker node ls',
  'GET /containers/json': 'docker ps --all',
  'GET /images/json': 'docker images',
});

/** The part of a path that Docker's own template can name. */
function format(path: string): string {
  const [field] = /^[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z]*)*/.exec(path) ?? [];
  return field === undefined ? '' : ` --format '{{json .${field}}}'`;
}

/** Facts about host files are called `mode of /path`; a path with more words is left to people. */
function statCommand(path: string): string | null {
  const [, file] = /^(?:mode|owner) of (\/\S+)$/.exec(path) ?? [];
  return file === undefined ? null : `stat ${shellWord(file)}`;
}

/** A word as a shell takes it: names come from the engine and may hold anything. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_/][\w.@:/-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
