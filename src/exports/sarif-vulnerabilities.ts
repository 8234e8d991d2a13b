import type { ImageVulnerability } from '../answers/image-answer.ts';
import { exploitedSince } from '../exposure/advisory.ts';
import { listed, visible } from '../shared/text.ts';
import type { Bill, ListedContents } from './bill-of-materials.ts';
import { safeJson } from './safe-json.ts';
import { escaped, SARIF_SCHEMA, toLocation, uriPath } from './sarif.ts';

/**
 * What feeds have of images as SARIF 2.1.0: a rule for each vulnerability, a result for each image that is
 * affected. What nobody knows is a result of kind `open`, so that a reader never takes it for a pass: of a vulnerability, and
 * of an image of which something was not read or not judged.
 */
export function vulnerabilitiesSarif({ version, host, images }: Bill): string {
  const found = new Map<string, ImageVulnerability>();
  for (const one of images.flatMap(vulnerabilitiesIn)) {
    if (!found.has(one.id)) found.set(one.id, one);
  }
  const indexOf = new Map([...found.keys()].map((id, index) => [id, index]));
  const subject = host ?? images[0]?.image.name ?? '';
  return safeJson({
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...{ name: 'Seawall', version, semanticVersion: version },
            rules: [...[...found.values()].map(toRule), NOT_KNOWN_RULE],
          },
        },
        automationDetails: { id: `seawall/vulnerabilities/${uriPath(subject)}/` },
        columnKind: 'utf16CodeUnits',
        results: images.flatMap((one) => [
          ...vulnerabilitiesIn(one).map((each) => toResult(one, each, indexOf.get(each.id) ?? 0)),
          ...notKnownOf(one).map((reason) => toOpen(one, reason, found.size)),
        ]),
      },
    ],
  });
}

const vulnerabilitiesIn = ({ exposure }: ListedContents): ImageVulnerability[] =>
  exposure.state === 'read' ? [...exposure.value.affected, ...exposure.value.unknown] : [];

/** Why there may be more than is found, in one sentence; none where all was judged. */
function notKnownOf({ exposure, image: { libraries } }: ListedContents): string[] {
  if (exposure.state === 'unread') return [exposure.reason];
  const reasons = [
    ...exposure.value.gaps,
    ...(libraries.state === 'unread' ? [`libraries and programs: ${libraries.reason}`] : []),
  ];
  return reasons.length === 0 ? [] : [reasons.join('; ')];
}

const NOT_KNOWN_RULE = {
  id: 'vulnerabilities-not-known',
  name: 'vulnerabilities-not-known',
  shortDescription: { text: 'Whether an image has vulnerabilities is not known' },
};

function toRule({ id, cvss, records, exploited }: ImageVulnerability) {
  const sources = listed([...new Set(records.map((one) => `${one.id} (${one.source})`))], 5);
  return {
    id: visible(id),
    name: visible(id),
    shortDescription: { text: escaped(visible(id)) },
    fullDescription: { text: escaped(visible(`Records: ${sources}`)) },
    properties: {
      tags: ['security', 'vulnerability', ...(exploited === null ? [] : ['known-exploited'])],
      ...(cvss !== null && { 'security-severity': cvss.score.toFixed(1) }),
    },
  };
}

function toResult({ image }: ListedContents, one: ImageVulnerability, ruleIndex: number) {
  const isUnknown = one.state === 'unknown';
  const packages = one.packages.map(({ name, version, fixedIn, reason }) =>
    [
      `${name} ${version}`,
      ...(fixedIn === null ? [] : [`fixed in ${fixedIn}`]),
      ...(reason === null ? [] : [reason]),
    ].join(', '),
  );
  const said = `${one.id} in ${image.name}: ${listed(packages, 5)}`;
  return {
    ...{ ruleId: visible(one.id), ruleIndex },
    ...(isUnknown ? { kind: 'open', level: 'none' } : { kind: 'fail', level: levelOf(one) }),
    message: { text: escaped(visible(isUnknown ? `Unknown: ${said}` : said)) },
    locations: [toLocation(image.host, 'image', image.name)],
    partialFingerprints: { 'imageAndVulnerability/v1': `${image.host}/${image.id}/${one.id}` },
    properties: {
      packages: one.packages,
      epss: one.epss,
      knownExploited: one.exploited === null ? null : exploitedSince(one.exploited),
    },
  };
}

/** Without a score it is a warning: how bad it is, nobody says. */
function levelOf({ cvss, exploited }: ImageVulnerability): 'error' | 'warning' | 'note' {
  if (exploited !== null || (cvss !== null && cvss.score >= 7)) return 'error';
  return cvss === null || cvss.score >= 4 ? 'warning' : 'note';
}

const toOpen = ({ image }: ListedContents, reason: string, ruleIndex: number) => ({
  ...{ ruleId: NOT_KNOWN_RULE.id, ruleIndex, kind: 'open', level: 'none' },
  message: { text: escaped(visible(`Unknown: ${image.name}: ${reason}`)) },
  locations: [toLocation(image.host, 'image', image.name)],
});
