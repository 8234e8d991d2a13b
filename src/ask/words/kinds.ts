import type { Kind } from './kind.ts';
import { kindsOfAudit } from './kinds-of-audit.ts';
import { kindsOfContainers } from './kinds-of-containers.ts';
import { kindsOfData } from './kinds-of-data.ts';
import { kindsOfFindings } from './kinds-of-findings.ts';
import { kindsOfGrades } from './kinds-of-grades.ts';
import { kindsOfHosts } from './kinds-of-hosts.ts';
import { kindsOfImages } from './kinds-of-images.ts';
import { kindsOfReach } from './kinds-of-reach.ts';
import { kindsOfSeawall } from './kinds-of-seawall.ts';

/** Kinds of questions whose words may stand in any order. The commands' frames know the rest. */
export const kinds: readonly Kind[] = [
  ...kindsOfContainers,
  ...kindsOfData,
  ...kindsOfFindings,
  ...kindsOfGrades,
  ...kindsOfHosts,
  ...kindsOfImages,
  ...kindsOfReach,
  ...kindsOfSeawall,
  ...kindsOfAudit,
];
