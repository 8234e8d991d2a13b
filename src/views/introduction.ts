import type { HostState, IntroductionAnswer } from '../answers/host-state.ts';
import { ageBetween, listed } from '../shared/text.ts';
import { code, type Part, paragraph, strong, type View } from './document.ts';

/** Short on purpose: it is what a channel sees unasked. */
export const introduction: View<IntroductionAnswer> = ({ hosts, takenAt }) => ({
  headline: 'I am Seawall: I say how secure your containers are, with evidence',
  summary: [
    paragraph(strong('I am Seawall.'), ' I say how secure your containers are, with evidence.'),
    seenPart(hosts, takenAt),
    paragraph(
      strong('What I cannot see: '),
      'what an engine does not tell. That counts as “unknown”, never as a pass. I only read, and change nothing.',
    ),
    paragraph(
      strong('To start: '),
      code('/seawall scan'),
      ', then ',
      code('/seawall findings'),
      '. The rest is in ',
      code('/seawall help'),
      '.',
    ),
  ],
});

function seenPart(hosts: IntroductionAnswer['hosts'], takenAt: string): Part {
  if (hosts === null) {
    return paragraph(
      strong('What I see '),
      'I tell those who may know it, when they ask: ',
      code('/seawall status'),
      ' names the hosts.',
    );
  }
  const seen = hosts.map((host) => `${host.name} (${ageOf(host, takenAt)})`);
  return paragraph(strong('What I see here: '), `${listed(seen)}.`);
}

const ageOf = ({ lastGoodScanAt }: HostState, now: string): string =>
  lastGoodScanAt === null ? 'never scanned' : `as of ${ageBetween(lastGoodScanAt, now)}`;
