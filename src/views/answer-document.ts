import type { Answer } from '../answers/answer.ts';
import { acceptancePreview } from './acceptance-preview.ts';
import { accepted } from './accepted.ts';
import { alert } from './alert.ts';
import { alertAgain } from './alert-again.ts';
import { attested } from './attested.ts';
import { audit } from './audit.ts';
import { baseline } from './baseline.ts';
import { compare } from './compare.ts';
import { containers } from './containers.ts';
import { controls } from './controls.ts';
import { diff } from './diff.ts';
import { digest } from './digest.ts';
import { digestNow } from './digest-now.ts';
import { digestPreview } from './digest-preview.ts';
import { digestSchedule } from './digest-schedule.ts';
import type { Document, View, Views } from './document.ts';
import { evidence } from './evidence.ts';
import { explain } from './explain.ts';
import { exportView } from './export.ts';
import { exposed } from './exposed.ts';
import { feeds } from './feeds.ts';
import { findings } from './findings.ts';
import { fix } from './fix.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { home } from './home.ts';
import { hosts } from './hosts.ts';
import { inspect } from './inspect.ts';
import { introduction } from './introduction.ts';
import { isolation } from './isolation.ts';
import { mentioned } from './mentioned.ts';
import { notice } from './notice.ts';
import { posture } from './posture.ts';
import { problem } from './problem.ts';
import { reach } from './reach.ts';
import { scan } from './scan.ts';
import { scanProgress } from './scan-progress.ts';
import { software } from './software.ts';
import { status } from './status.ts';
import { surface } from './surface.ts';
import { unaccepted } from './unaccepted.ts';
import { whoami } from './whoami.ts';
import { why } from './why.ts';

const views: Views = {
  why,
  unaccepted,
  attested,
  alert,
  'alert-again': alertAgain,
  accepted,
  'acceptance-preview': acceptancePreview,
  audit,
  baseline,
  compare,
  containers,
  controls,
  diff,
  digest,
  'digest-now': digestNow,
  'digest-preview': digestPreview,
  'digest-schedule': digestSchedule,
  export: exportView,
  evidence,
  explain,
  exposure: exposed,
  feeds,
  findings,
  fix,
  help,
  history,
  home,
  hosts,
  inspect,
  introduction,
  mentioned,
  notice,
  isolation,
  posture,
  problem,
  reach,
  scan,
  'scan-progress': scanProgress,
  software,
  status,
  whoami,
  surface,
};

/** What an answer looks like on any platform. */
export function answerDocument(answer: Answer): Document {
  const view = views[answer.kind] as View<typeof answer.kind>;
  return view(answer as never);
}
