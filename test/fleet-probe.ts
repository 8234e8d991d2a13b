import { writeFileSync } from 'node:fs';
import { fullAccess } from '../src/command/access.ts';
import { runLine } from '../src/command/run-line.ts';
import { assembleCore } from '../src/programs/assemble.ts';
import { defaultPolicy } from '../src/rules/policy.ts';
import { answerDocument } from '../src/views/answer.ts';
import { slackReply } from '../src/views/slack-messages.ts';
import { terminalText } from '../src/views/terminal-text.ts';
import { hostName, seedFleet } from './support/seed-fleet.ts';

const url = 'sqlite:/tmp/fl/fleet.db';
const N = 1000;
if (process.argv[2] === 'seed') {
  const t = performance.now();
  await seedFleet(url, { hosts: N, days: 2, now: Date.now() });
  console.log('seeded', performance.now() - t);
}
const teams = ['shop', 'pay', 'data', 'search', 'edge', 'mail', 'core', 'ops'];
const hosts = Array.from({ length: N }, (_, i) => ({
  name: hostName(i), url: `tcp://127.0.0.1:1`, isDefault: false, evidence: 'api' as const,
  labels: { team: teams[i % 8] ?? '', env: i % 3 === 0 ? 'stage' : 'prod' },
}));
const core = await assembleCore({ hosts, databaseUrl: url, policy: defaultPolicy });
const actor = { id: 'U1', name: 'alice', place: 'C1' };
const context = { ...core.context, actor, onProgress: () => {} };
const lines = process.argv[3] ? [process.argv[3]] : ['hosts','status','posture','findings','findings critical','findings --by container','findings unknown','findings accepted','findings expiring','findings since 1d','containers','containers privileged','containers gone','containers gone since 7d','containers since 7d','surface','surface openssl','history','diff','diff since 7d','images','exposure openssl','exposure CVE-2024-3094','whoami','digest preview','digest','controls','isolation','reach shop-service-3-1','compare web-0001 web-0002','execs','execs since 7d','explain seccomp','explain no-privileged-container','inspect shop-service-3-1','why shop-service-3-1','audit','alerts','feeds','baseline','help','findings on team=shop','containers on zzz', 'attest hardened-host-os on all --reason "x y z" --until 90d','attest hardened-host-os --withdraw', 'accept no-privileged-container shop-service-3-1 --reason "because of x" --until 30d', 'export csv', 'export cyclonedx', 'findings rule no-privileged-container'];
const out: string[] = [];
for (const text of lines) {
  const t = performance.now();
  const answer = await runLine(context, { text, access: fullAccess, reference: 'a1', paging: { after: null }  as never, onFailure: (e) => console.log(text, e) });
  const ms = performance.now() - t;
  const doc = answerDocument(answer);
  const reply = slackReply(doc);
  const len = (m: unknown) => JSON.stringify(m).length;
  const tl = terminalText(doc).split('\n').length;
  const { details: _d, ...sum } = doc;
  const sl = terminalText({ ...sum, details: [] } as never).split('\n').length;
  console.log(text.padEnd(50), answer.kind.padEnd(12), `msgs ${1 + reply.thread.length}`, `first ${len(reply.message.blocks)}`, `total ${reply.thread.reduce((s, m) => s + len(m.blocks), 0)}`, `lines ${sl}/${tl}`, `json ${len(answer)}`, `${ms.toFixed(0)} ms`);
  out.push(`\n######## ${text}\n${terminalText(doc)}`);
}
writeFileSync('/tmp/fl/out.txt', out.join('\n'));
await core.store.close();
