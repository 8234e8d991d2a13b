import { renderTerms } from '../../scripts/docs/pages.ts';
import { findTopic } from '../../src/inspections/explain-topic.ts';
import { facetNames } from '../../src/inspections/facets.ts';
import { findTerm, normalTerm, terms } from '../../src/inspections/terms/index.ts';
import { rules } from '../../src/programs/assemble.ts';
import { UserError } from '../../src/shared/errors.ts';

const ruleIds = rules.map(({ id }) => id);
const correctionOf = (word: string) => {
  try {
    findTopic(word, rules);
  } catch (error) {
    if (error instanceof UserError) return error.correctedLine;
  }
  throw new Error(`“${word}” is known`);
};

describe.each(terms)('the term $id', (term) => {
  test('is found by its id, its name and every alias, however they are written', () => {
    for (const word of [term.id, term.name, ...term.aliases]) {
      expect(findTerm(word)).toBe(term);
      expect(findTerm(word.toUpperCase().replaceAll(' ', '_'))).toBe(term);
    }
  });

  test('names rules that exist, each once', () => {
    expect(term.rules.filter((rule) => !ruleIds.includes(rule))).toEqual([]);
    expect(new Set(term.rules).size).toBe(term.rules.length);
  });

  test('says two to five sentences and where to read on', () => {
    expect(term.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(term.text.match(/[.:](\s|$)/g)?.length).toBeGreaterThanOrEqual(2);
    expect(term.text.length).toBeLessThan(520);
    expect(term.source).not.toBe('');
  });

  test('lists containers by a facet that exists', () => {
    if (term.containers && 'facet' in term.containers) {
      expect(facetNames(rules)).toContain(term.containers.facet);
    }
  });
});

test('no two terms share a word', () => {
  const words = terms.flatMap(({ id, name, aliases }) => [
    ...new Set([id, name, ...aliases].map(normalTerm)),
  ]);

  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
});

test('there is a term for everything that is asked about most', () => {
  const asked = [
    ...['seccomp', 'AppArmor', 'SELinux', 'capability', 'CAP_SYS_ADMIN', 'sys_admin', 'NET_ADMIN'],
    ...['SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_MODULE', 'NET_RAW', 'userns', 'user namespace'],
    ...['PID namespace', 'network namespace', 'ipc namespace', 'UTS namespace', 'mount namespace'],
    ...['cgroup namespace', 'no-new-privileges', 'privileged', '--privileged', 'docker socket'],
    ...['docker.sock', 'rootless', 'bind mount', 'mount propagation', 'read-only root filesystem'],
    ...['cgroup limits', 'live restore', 'health check', 'image tag', 'digest', 'mutable tag'],
    ...['Swarm', 'gVisor', 'Kata', 'runc', 'attestation', 'acceptance', 'posture', 'coverage'],
    ...['evidence level', 'unknown', 'fingerprint'],
  ];

  expect(asked.filter((word) => findTerm(word) === null)).toEqual([]);
});

describe('a topic', () => {
  test('is a rule and the term of the same name at once', () => {
    const { name, term, rules: found } = findTopic('No-New-Privileges', rules);

    expect([name, term?.id, found.map(({ id }) => id)]).toEqual([
      'no-new-privileges',
      'no-new-privileges',
      ['no-new-privileges'],
    ]);
  });

  test('is a term alone where no rule has the name', () => {
    expect(findTopic('user namespace', rules)).toMatchObject({
      name: 'user-namespace',
      rules: [],
      term: { id: 'user-namespace' },
    });
  });

  test.each(['5.5', 'cis-5.5', 'cis-1.6:5.5', 'CIS-1.8:5.5'])('is the number %s', (word) => {
    expect(findTopic(word, rules).rules).not.toEqual([]);
  });

  test.each([
    ['secomp', 'explain seccomp'],
    ['cap_sys_adnim', 'explain cap-sys-admin'],
    ['aparmor', 'explain apparmor'],
    ['no-rot-user', 'explain no-root-user'],
    ['privleged', 'explain privileged'],
    ['user namespce', 'explain user-namespace'],
  ])('%s is corrected: %s', (word, line) => {
    expect(correctionOf(word)).toBe(line);
  });

  test('that nothing is near to is corrected to nothing', () => {
    expect(correctionOf('photosynthesis')).toBeUndefined();
  });
});

test('the page of terms has every term with its rules', () => {
  const page = renderTerms();

  for (const { id, name, text, rules: related } of terms) {
    const section = page.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? '';
    expect(section).toContain(text);
    expect(section).toContain(`\`explain ${id}\``);
    for (const rule of related) expect(section).toContain(`(rules.md#${rule})`);
  }
});
