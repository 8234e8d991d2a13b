import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

// What others build is named by what it is, not by a name that they can give to something else.

const IMAGE = /^\S+:[\w.-]+@sha256:[0-9a-f]{64}$/;
const COMMIT = /^[\w./-]+@[0-9a-f]{40}$/;

/** Images that a Dockerfile begins with, by its arguments' defaults; stages of its own are none. */
function imagesOf(dockerfile: string): string[] {
  const defaults = new Map(
    [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  const stages = [...dockerfile.matchAll(/^FROM (?:--\S+ )*(\S+)(?: AS (\S+))?$/gim)];
  const names = new Set(stages.map(([, , stage]) => stage));
  const copied = [...dockerfile.matchAll(/--from=(\S+)/g)].map(([, from = '']) => from);
  return [...stages.map(([, from = '']) => from), ...copied]
    .map((from) => from.replace(/\$\{(\w+)\}/, (_, name) => defaults.get(name) ?? ''))
    .filter((from) => !names.has(from));
}

const unpinnedIn = (dockerfile: string) => imagesOf(dockerfile).filter((one) => !IMAGE.test(one));

interface Job {
  if?: string;
  uses?: string;
  container?: { image: string; options?: string };
  services?: Record<string, { image: string }>;
  steps?: { uses?: string }[];
}
interface Workflow {
  on: Record<string, unknown>;
  jobs: Record<string, Job>;
}

/** Images and actions of a workflow. */
function usedBy({ jobs }: Workflow) {
  const all = Object.values(jobs);
  const uses = all.flatMap((job) => [job, ...(job.steps ?? [])]).flatMap(({ uses = [] }) => uses);
  const services = all.flatMap(({ services = {} }) => Object.values(services));
  const started = [...all.flatMap(({ container = [] }) => container), ...services];
  return { images: started.map(({ image }) => image), actions: uses };
}

test.each(['Dockerfile', 'deploy/socket-proxy/Dockerfile'])('%s begins with digests', (path) => {
  const dockerfile = readFileSync(path, 'utf8');

  expect(imagesOf(dockerfile).length).toBeGreaterThan(0);
  expect(unpinnedIn(dockerfile)).toEqual([]);
});

test('a tag alone would be seen, wherever it stands', () => {
  const argument = ['$', '{BASE}'].join('');
  const digest = `a:1@sha256:${'0'.repeat(64)}`;

  expect(unpinnedIn(`FROM ${digest} AS one\nFROM one\n`)).toEqual([]);
  expect(unpinnedIn('FROM a:1 AS one\nFROM one\n')).toEqual(['a:1']);
  expect(unpinnedIn(`ARG BASE=a:1\nFROM ${argument} AS one\n`)).toEqual(['a:1']);
  expect(unpinnedIn(`ARG BASE\nFROM ${argument}\n`)).toEqual(['']);
  expect(unpinnedIn(`FROM ${digest}\nCOPY --from=b:2 /x /x\n`)).toEqual(['b:2']);
  expect(unpinnedIn(`FROM ${digest.replace(':1', '')}\n`)).toHaveLength(1);
});

const workflows = readdirSync('.github/workflows');
const read = (name: string): Workflow =>
  parse(readFileSync(join('.github/workflows', name), 'utf8'));

test.each(workflows)('the workflow %s runs nothing that a tag names', (name) => {
  const { images, actions } = usedBy(read(name));

  expect(actions.length).toBeGreaterThan(0);
  expect(images.length).toBeGreaterThan(0);
  expect(actions.filter((one) => !COMMIT.test(one))).toEqual([]);
  expect(images.filter((one) => !IMAGE.test(one))).toEqual([]);
});

test.each(workflows)(
  'the workflow %s is root on no runner for what a stranger proposes',
  (name) => {
    const { on, jobs } = read(name);
    const privileged = Object.values(jobs).filter(({ container }) =>
      container?.options?.includes('--privileged'),
    );

    expect(privileged.length).toBeGreaterThan(0);
    expect(Object.keys(on)).not.toContain('pull_request_target');
    const isAsked = 'pull_request' in on;
    expect(privileged.every((job) => !isAsked || job.if === "github.event_name == 'push'")).toBe(
      true,
    );
  },
);
