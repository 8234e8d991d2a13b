import type { Answer } from '../answers/answer.ts';
import { accepted } from './accepted.ts';
import { attested } from './attested.ts';
import { compare } from './compare.ts';
import { containers } from './containers.ts';
import { controls } from './controls.ts';
import { diff } from './diff.ts';
import { digest } from './digest.ts';
import type { Document, View, Views } from './document.ts';
import { explain } from './explain.ts';
import { exportView } from './export.ts';
import { findings } from './findings.ts';
import { help } from './help.ts';
import { hosts } from './hosts.ts';
import { inspect } from './inspect.ts';
import { isolation } from './isolation.ts';
import { posture } from './posture.ts';
import { problem } from './problem.ts';
import { scan } from './scan.ts';
import { scanProgress } from './scan-progress.ts';
import { status } from './status.ts';
import { unaccepted } from './unaccepted.ts';
import { why } from './why.ts';

const views: Views = {
  why,
  unaccepted,
  attested,
  accepted,
  compare,
  containers,
  controls,
  diff,
  digest,
  export: exportView,
  explain,
  findings,
  help,
  hosts,
  inspect,
  isolation,
  posture,
  problem,
  scan,
  'scan-progress': scanProgress,
  status,
};

/** What an answer looks like on any platform. */
export function answerDocument(answer: Answer): Document {
  const view = views[answer.kind] as View<typeof answer.kind>;
  return view(answer as never);
}
