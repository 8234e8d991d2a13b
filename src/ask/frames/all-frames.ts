import { changes, comparison, trend } from './change-frames.ts';
import {
  containerList,
  controlList,
  execList,
  isolationList,
  oneContainer,
  reachOfContainer,
} from './container-frames.ts';
import { alertDeeds, decisions, digestDeeds, exportOf } from './deed-frames.ts';
import { explainTopic } from './explain-frames.ts';
import { findingList, whyReported } from './finding-frames.ts';
import type { Frame } from './frame.ts';
import { hostList, postureOf, scanHosts, statusOfSeawall } from './host-frames.ts';
import { exposureTo, imageList, surfaceCount } from './image-frames.ts';
import { kindsOfQuestion } from './kind-frames.ts';
import { auditLog, feedAges, helpWith, ownPower } from './seawall-frames.ts';

/** Every way to understand a question. */
export const allFrames: readonly Frame[] = [
  ...[containerList, oneContainer, controlList, isolationList, reachOfContainer, execList],
  ...[explainTopic, imageList, surfaceCount, exposureTo, findingList, whyReported],
  ...[hostList, statusOfSeawall, scanHosts, postureOf, changes, trend, comparison],
  ...[auditLog, ownPower, helpWith, feedAges, digestDeeds, alertDeeds, exportOf, decisions],
  kindsOfQuestion,
];
