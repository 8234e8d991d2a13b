import { changes, comparison, trend } from './change-frames.ts';
import { containerList, controlList, oneContainer } from './container-frames.ts';
import { decisions } from './decision-frames.ts';
import { alertDeeds, exportOf } from './deed-frames.ts';
import { digestDeeds } from './digest-frames.ts';
import { edgeDeeds } from './edge-frames.ts';
import { execList } from './exec-frames.ts';
import { explainTopic } from './explain-frames.ts';
import { findingList, whyReported } from './finding-frames.ts';
import type { Frame } from './frame.ts';
import { hostList, postureOf, scanHosts, statusOfSeawall } from './host-frames.ts';
import { exposureTo, imageList, surfaceCount } from './image-frames.ts';
import { imports } from './import-frames.ts';
import { kindsOfQuestion } from './kind-frames.ts';
import { oneFinding } from './look-frames.ts';
import { namedCommand } from './named-frames.ts';
import { isolationList, reachOfContainer } from './reach-frames.ts';
import { auditLog, feedAges, helpWith, ownPower } from './seawall-frames.ts';

/** Every way to understand a question. */
export const allFrames: readonly Frame[] = [
  ...[containerList, oneContainer, controlList, isolationList, reachOfContainer, execList],
  ...[explainTopic, imageList, surfaceCount, exposureTo, findingList, whyReported, oneFinding],
  ...[hostList, statusOfSeawall, scanHosts, postureOf, changes, trend, comparison],
  ...[
    auditLog,
    ownPower,
    helpWith,
    feedAges,
    digestDeeds,
    alertDeeds,
    exportOf,
    decisions,
    edgeDeeds,
    imports,
  ],
  kindsOfQuestion,
  namedCommand,
];
