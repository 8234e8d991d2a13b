/** A file that breaks a rule of `.dependency-cruiser.mjs`, and the rule that must name it. */
export interface Planted {
  rule: string;
  path: string;
  source: string;
}

const planted = (rule: string, path: string, ...lines: string[]): Planted => ({
  rule,
  path,
  source: lines.concat('').join('\n'),
});

/** One file for each kind of violation. Names start with `planted-`, so nothing is overwritten. */
export const plantedViolations: readonly Planted[] = [
  planted(
    'snapshot-imports-left-only',
    'src/snapshot/planted-type.ts',
    "import type { Rule } from '../rules/rule.ts';",
    'export type Planted = Rule;',
  ),
  planted(
    'exposure-imports-left-only',
    'src/exposure/planted-surface.ts',
    "export { softwareOf } from '../surface/software.ts';",
  ),
  planted(
    'pure-folders-do-no-io',
    'src/exposure/planted-library.ts',
    "export { gunzipSync } from 'node:zlib';",
  ),
  planted(
    'surface-imports-left-only',
    'src/surface/planted-answer.ts',
    "export { facetNames } from '../inspections/facets.ts';",
  ),
  planted(
    'rules-imports-left-only',
    'src/rules/planted-view.ts',
    "export { hosts } from '../views/hosts.ts';",
  ),
  planted(
    'findings-imports-left-only',
    'src/findings/planted-dynamic.ts',
    "export const planted = () => import('../inspections/facets.ts');",
  ),
  planted(
    'ports-imports-left-only',
    'src/ports/planted-answer.ts',
    "export type { AnswerBase } from '../answers/answer-base.ts';",
  ),
  planted(
    'answers-imports-left-only',
    'src/answers/planted-inspection.ts',
    "export { drift } from '../inspections/drift.ts';",
  ),
  planted(
    'inspections-imports-left-only',
    'src/inspections/planted-command.ts',
    "export { parseLine } from '../command/parse-line.ts';",
  ),
  planted(
    'ports-are-enough-for-the-outside',
    'src/store/planted-answer.ts',
    "export type { AnswerBase } from '../answers/answer-base.ts';",
  ),
  planted(
    'pure-folders-do-no-io',
    'src/rules/planted-file.ts',
    "export { readFileSync } from 'node:fs';",
  ),
  planted(
    'chrono-node-has-one-owner',
    'src/views/planted-date.ts',
    "export { parse } from 'chrono-node/en';",
  ),
  planted(
    'ask-imports-core-only',
    'src/ask/planted-command.ts',
    "export { scan } from '../../commands/scan.ts';",
  ),
  planted(
    'node-cron-has-one-owner',
    'src/chat/planted-timer.ts',
    "export { schedule } from 'node-cron';",
  ),
  planted('pure-folders-do-no-io', 'src/views/planted-library.ts', "export { z } from 'zod';"),
  planted(
    'blocks-know-only-shared',
    'src/blocks/planted-answer.ts',
    "export type { AnswerBase } from '../answers/answer-base.ts';",
  ),
  planted(
    'blocks-are-for-views-chat-and-workspace',
    'src/command/planted-blocks.ts',
    "export type { Block } from '../blocks/block.ts';",
  ),
  planted(
    'commands-render-nothing',
    'src/command/planted-view.ts',
    "export { hosts } from '../views/hosts.ts';",
  ),
  planted(
    'commands-import-core-only',
    'commands/planted-other.ts',
    "export { scan } from './scan.ts';",
  ),
  planted(
    'commands-import-core-only',
    'commands/planted-edge.ts',
    "export { openStore } from '../src/store/open-store.ts';",
  ),
  planted(
    'migrations-import-store-helpers-only',
    'migrations/planted-store.ts',
    "export type { Tables } from '../src/store/schema.ts';",
  ),
  planted(
    'migrations-are-for-the-store',
    'src/config/planted-migrations.ts',
    "export { migrations } from '../../migrations/index.ts';",
  ),
  planted(
    'the-command-list-is-for-programs',
    'src/terminal/planted-commands.ts',
    "export { scan } from '../../commands/scan.ts';",
  ),
  planted(
    'only-programs-know-edges',
    'src/rules/planted-engine.ts',
    "export { openEngine } from '../engine/open-engine.ts';",
  ),
  planted(
    'docs-know-no-edge-but-config',
    'scripts/docs/planted-store.ts',
    "export { openStore } from '../../src/store/open-store.ts';",
  ),
  planted(
    'edges-do-not-know-each-other',
    'src/chat/planted-store.ts',
    "export { openStore } from '../store/open-store.ts';",
  ),
  planted(
    'workspace-stands-for-slack',
    'demo/workspace/planted-answer.ts',
    "export type { AnswerBase } from '../../src/answers/answer-base.ts';",
  ),
  planted(
    'sample-stands-for-an-engine',
    'demo/sample/planted-facts.ts',
    "export type { EngineFacts } from '../../src/snapshot/facts/engine.ts';",
  ),
  planted(
    'nobody-imports-programs',
    'src/terminal/planted-program.ts',
    "export { runProgram } from '../programs/run-program.ts';",
  ),
  planted(
    'nobody-imports-the-demo',
    'src/programs/planted-demo.ts',
    "export const load = () => import('../../demo/open-demo.ts');",
  ),
  planted(
    'nobody-imports-the-demo',
    'commands/planted-sample.ts',
    "export type { SampleHost } from '../demo/sample/timeline.ts';",
  ),
  planted(
    'tests-stay-tests',
    'src/terminal/planted-page.ts',
    "export { pages } from '../../scripts/docs/pages.ts';",
  ),
  planted(
    'network-at-the-edges',
    'src/store/planted-network.ts',
    "export { createServer } from 'node:http';",
  ),
  planted(
    'processes-have-two-doors',
    'src/chat/planted-process.ts',
    "export { spawn } from 'node:child_process';",
  ),
  planted(
    'dockerode-has-one-owner',
    'src/chat/planted-dockerode.ts',
    "export type { ContainerInfo } from 'dockerode';",
  ),
  planted(
    'slack-bolt-has-one-owner',
    'src/engine/planted-bolt.ts',
    "export { App } from '@slack/bolt';",
  ),
  planted('kysely-has-one-owner', 'src/engine/planted-kysely.ts', "export { sql } from 'kysely';"),
  planted('ws-has-one-owner', 'src/chat/planted-ws.ts', "export { WebSocket } from 'ws';"),
  planted('pino-has-one-owner', 'src/chat/planted-pino.ts', "export { pino } from 'pino';"),
  planted(
    'libraries-are-declared',
    'src/engine/planted-tool.ts',
    "export { check } from 'fast-check';",
  ),
  planted(
    'tests-stay-tests',
    'src/engine/planted-test.ts',
    "export { planted } from '../../test/planted.ts';",
  ),
  planted(
    'imports-resolve',
    'src/engine/planted-missing.ts',
    "export { nothing } from './planted-nothing.ts';",
  ),
  planted(
    'no-cycles',
    'src/engine/planted-cycle.ts',
    "import * as self from './planted-cycle.ts';",
    'export const planted = (): unknown => self;',
  ),
  planted('no-orphans', 'src/engine/planted-orphan.ts', 'export const planted = 1;'),
];
