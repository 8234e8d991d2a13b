import { type Against, against } from '../against.ts';
import type { Clues } from '../clues.ts';
import { findFacets, findFeature, ownDenials } from '../find-facets.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';
import { PUBLISHES } from './image-frames.ts';

const FACET_IDEAS =
  'RUNNING STOPPED ROOT PRIVILEGED HOST_NETWORK HOST_PID HOST_IPC HOST_UTS HOST_USERNS DOCKER_SOCKET SENSITIVE_MOUNT ADDED_CAPABILITY DEVICE GAIN NNP SECCOMP APPARMOR WRITABLE READ_ONLY MEMORY CPU PIDS LIMIT FORK_BOMB HEALTHCHECK PUBLISHED PUBLIC RESTART MUTABLE_TAG ENV SECRET UNVERIFIED GONE MANAGEMENT_PORT PIN ROOTFS NO_HEALTH NO OFF NOT UNLIMITED';
const LIST_IDEAS = `${FACET_IDEAS} CONTAINER RUN LIST HOW_MANY HOST AFFECTED OPEN UNDER INSTALLED WHO_DID`;

/** Words for what became of a container, which are said of other things as well. */
const OBSERVED = new Set(['gone', 'running', 'stopped']);

/** Why somebody asks what a property is, and not who has it. */
const LEARNS = 'WHY|HOW_TO';
const isDefined = (clues: Clues): boolean =>
  clues.host === null &&
  clues.says(
    /^(?:please )?(?:what is|explain|define|describe) (?:(?:an?|the) |\S+ mode\b)|^what is \S+ (?:all )?about$/,
  );

/** True where each of the properties is one of those. */
const areAll = (clues: Clues, names: ReadonlySet<string>): boolean =>
  findFacets(clues).every(({ facet }) => names.has(facet));
const PORTS = new Set(['public-port', 'management-port']);

/** What asks for something else than a list of those that have a property. */
const AGAINST_LIST: Against = [
  [isDefined, 0.4],
  [
    (clues) =>
      clues.says(/\b(?:mean|means|explain)\b/) ||
      (clues.has('BAD') &&
        (clues.has(LEARNS) || isDefined(clues) || clues.says(/\b(?:still|so|really) \w+$/))) ||
      clues.says(
        /\bwhat is (?:so |really )?(?:bad|wrong|dangerous|risky) (?:about|with)\b|\bwhat (?:is|are) the (?:risks?|dangers?|problem|harm)\b/,
      ),
    0.4,
  ],
  [/\b(?:give|get|grant|gain) (?:me|us) (?:root|privileges|access)\b/, 0.5],
  [
    (clues) =>
      clues.has('UNVERIFIED') &&
      clues.says(/\b(?:findings?|checks?|rules?|results?|verdicts?|questions?)\b/) &&
      !clues.says(/\b(?:containers?|workloads?|services?|apps?)\b/),
    0.5,
  ],
  [LEARNS, 0.35],
  // A list since then has those too that were there before.
  [(clues) => clues.reading.when?.clause === 'since' && clues.says(BEGAN), 0.45],
  [(clues) => clues.container !== null, 0.45],
  // A key that is to be another one is that of a host.
  [
    (clues) =>
      findFacets(clues).every(({ facet }) => facet === 'env-secret') &&
      clues.says(/\b(?:rotat|renew|replac|reissu|swap)\w*/),
    0.5,
  ],
  [
    (clues) =>
      clues.says(/\b(?:do|can|could|are|would|should|does) (?:you|seawall)\b/) &&
      !clues.says(
        /\b(?:containers?|see|know|find|show|have any|check|anything|(?<!\b(?:to|with) )any(?:body|one))\b/,
      ),
    0.5,
  ],
  [(clues) => clues.says(/\byour\b/) && !isAboutContainers(clues), 0.5],
  [(clues) => clues.has('TREND') || (clues.has('COMPARE') && clues.reading.hosts.length > 1), 0.3],
  [
    (clues) => clues.says(/\b(?:execs?|shells?|commands?)\b/) && !clues.says(/\bcontainers?\b/),
    0.3,
  ],
  [(clues) => areAll(clues, OBSERVED) && !isAboutContainers(clues), 0.45],
  [
    (clues) =>
      clues.says(/\bports?\b/) &&
      !isAboutContainers(clues) &&
      !clues.says(PUBLISHES) &&
      !findFacets(clues).some(({ facet }) => PORTS.has(facet)),
    0.45,
  ],
];

/** A list of containers by their properties. */
export const containerList: Frame = (clues, { rules }) => {
  const facets = findFacets(clues);
  if (facets.length === 0) return plainList(clues);
  const isOfImages = clues.has('IMAGE') && !clues.says(/\b(?:containers?|workloads?|services?)\b/);
  if (isOfImages && facets.every(({ facet }) => facet !== 'mutable-tag')) return [];
  const isDenied = facets.some((facet) => facet.isDenied);
  const isOfRule =
    clues.says(/\b(?:findings?|rule|violat\w*|break\w*|explain)\b/) &&
    clues.reading.tokens.some(({ text }) => rules.some(({ id }) => id === text));
  const fit = !isDenied ? 1 : isClaim(clues) ? 0.95 : 0.45;
  const score = fit - against(clues, AGAINST_LIST) - (isOfRule ? 0.5 : 0);
  const words = facets.map(({ facet }) => facet);
  return [offer('containers', words, score, LIST_IDEAS)];
};

/** “No root containers on web1, right?”, “prove that no …”, “are all of them non-root?”: the list of those that are tells. */
const CLAIM =
  /^(?:(?:so|and|surely|hopefully|please|just) )*(?:(?:confirm|verify|check|prove|assure|ensure|make sure|guarantee)(?: to)?(?: me| us)? (?:that )?(?:there (?:is|are) )?(?:no|not an?y?|none of)\b|there (?:is|are) no\b|no (?:\S+ ){0,3}(?:containers?|workloads?|services?|apps?)\b)|^(?:are|is|do|does|have|has) (?:all|every|each)\b(?: \S+){0,4} non[- ]/;

/** True where none is said to have what a question denies, and nothing else is denied or lacking. */
const isClaim = (clues: Clues): boolean =>
  clues.says(CLAIM) && ownDenials(clues).length === 1 && !clues.says(/\b(?:but|except|without)\b/);

const BEGAN =
  /\b(?:did \w{1,20} (?:start|launch|create|run up)|started|launched|booted|spawned|spun up|came up|(?:were|was|got|been|newly) created)\b(?! with\b)/;

const isAboutContainers = (clues: Clues): boolean =>
  clues.says(
    /\b(?:containers?|workloads?|services?|apps?|instances?|ones|who|dockers?|anything|something)\b|^(?:gone|disappeared|vanished|removed|dead)\b/,
  );

/** One capability by its name, which no facet tells from others that were added. */
const CAPABILITY = /\b(?:cap_[a-z_]{3,24}|(?:sys|net|dac|mac|audit)_[a-z_]{3,16})\b/;

/** “Was ci running at noon?”: those of then tell. */
const WAS_THERE = /^(?:was|were) .{1,60}\b(?:running|up|there|alive|online|started|stopped|down)\b/;

function plainList(clues: Clues) {
  if (clues.container !== null && clues.reading.when?.clause === 'at' && clues.says(WAS_THERE))
    return [offer('containers', [], 0.95, `${LIST_IDEAS} UP REACHABLE`)];
  if (clues.says(CAPABILITY)) {
    const isOfMany = clues.says(
      /\b(?:containers?|workloads?|services?|apps?|who|anything|anybody)\b/,
    );
    return isOfMany && clues.container === null
      ? [offer('containers', ['added-capability'], 0.55, LIST_IDEAS)]
      : [];
  }
  if (
    !clues.says(
      /\b(?:containers?|workloads?|instances?|services?|dockers?|apps|applications)\b|^(?:running|up|alive)\b|\bwho (?:was|were) (?:running|up)\b|\b(?:what|anything|something|everything|all|whatever)(?: that)? (?:ran|runs|did run|is running|was running|is up|was up|were up|existed|did exist|has run|was there|were there)\b/,
    )
  )
    return [];
  if (clues.says(/^what is up$/)) return [];
  const isFeature = findFeature(clues) !== null;
  const isList =
    clues.says(
      /^(?:running|up|alive|(?:the )?(?:containers?|services|workloads|apps|everything|whatever))\b|\bwho (?:was|were)\b|\b(?:list|show|which|all|what|how many|display|every|overview|count|number|give me|see)\b/,
    ) && ownDenials(clues).length === 0;
  const runs =
    clues.has('RUN') ||
    clues.says(/\b(?:how many|have|exist|there|got|list|show|all|our|display)\b/);
  // “What were the containers at 3am?”
  const isPast = isList && clues.reading.when?.clause === 'at';
  const { hosts, leftOut, labels } = clues.reading;
  // “Containers outside of prod”.
  const isPlaced = clues.says(/^containers\b/) && hosts.length + leftOut.length + labels.length > 0;
  let score = isList && (runs || isPast || isPlaced) ? 0.95 : 0.5;
  // What was there since then, and not what began.
  if (clues.reading.when?.clause === 'since' && clues.says(BEGAN)) score -= 0.3;
  if (isFeature || clues.says(/\b(?:which|what|how many) (?:hosts?|servers?|machines?)\b/))
    score -= 0.4;
  if (clues.container !== null) score -= 0.5;
  return [offer('containers', [], score, 'CONTAINER RUN LIST HOW_MANY HOST', { isBroad: true })];
}

/** “Is api still as we approved it”: drift from the baseline is shown of a container. */
const AS_APPROVED =
  /^(?:is|does|are|has|did)\b.{0,60}\b(?:as|like|what|how|the way) (?:\S+ ){0,2}(?:approved|baselined|signed off)\b/;

const INSPECT_IDEAS = `CONFIG INSPECT OK_THING CONTAINER SECURE FINDING EXPLAIN LIST STATE_OK BAD GRADE`;

export const oneContainer: Frame = (clues) => {
  const { container } = clues;
  if (container === null) return missingContainer(clues);
  if (clues.reading.containers.length > 1) return [];
  const takes = ['container'] as const;
  const facets = findFacets(clues).filter(({ facet }) => facet !== 'gone');
  if (facets.length > 0 || findFeature(clues) !== null) {
    const asks =
      clues.says(/^(?:is|does|do|has|can|could|was|are|did)\b/) ||
      clues.reading.tokens.length === 2 ||
      clues.says(/\b(?:whether|if)\b/);
    const isMeasured = clues.has('SECCOMP|APPARMOR|SELINUX|NNP');
    return [
      offer(
        'inspect',
        [container],
        asks && !isMeasured ? 0.8 : 0.5,
        `${INSPECT_IDEAS} ${LIST_IDEAS}`,
        { takes },
      ),
    ];
  }
  const isAsApproved = clues.says(AS_APPROVED);
  const isAsked =
    clues.has('INSPECT|OK_THING') ||
    isAsApproved ||
    clues.says(/^(?:is|are) \S+ (?:still )?(?:running|up|alive|there|ok)(?: now)?$/) ||
    clues.says(/\bhow (?:does|is|are) .{1,60}\b(?:look|looking|doing|going|set up|configured)\b/);
  if (clues.has('NOT_TOLD|DIGEST|ALERT')) return [];
  const base = isAsked ? 0.97 : clues.reading.tokens.length <= 3 ? 0.85 : 0.55;
  // Vulnerabilities are those of images.
  const isVulnerable = clues.says(/\bvulnerable\b/);
  const isElse = clues.says(/\bcontrols?\b/)
    ? 0.2
    : clues.says(/^who\b/) || isVulnerable
      ? 0.45
      : 0;
  const score = base - isElse;
  return [
    offer(
      'inspect',
      [container],
      score,
      `${INSPECT_IDEAS} GONE${isAsApproved ? ' DID_BASELINE DID_ACCEPT ACCEPTED' : ''}`,
      {
        takes,
        hasNoTime: true,
        isBroad: true,
      },
    ),
  ];
};

/** “Inspect foo” of which nobody knows a container. */
function missingContainer(clues: Clues) {
  const says = clues.says(/\b(?:inspect|details|about|everything)\b/);
  const isNamed = clues.says(/\b(?:container|service)\b/) || clues.says(/\binspect\b/);
  if (!says || clues.reading.strange.length !== 1 || !isNamed) return [];
  return [offer('inspect', [], 0.6, INSPECT_IDEAS, { missing: 'container', takes: ['strange'] })];
}

/** Controls as configured and in force. */
export const controlList: Frame = (clues) => {
  const { container } = clues;
  const words = container === null ? [] : [container];
  const takes = container === null ? [] : (['container'] as const);
  const uses =
    'CONTROLS EFFECTIVE SECCOMP APPARMOR SELINUX CAPS NNP CONTAINER INSPECT LIST READ_ONLY LIMIT MEMORY CPU PIDS RUN AFFECTED HOST OFF EXPLAIN SECURE ADDED_CAPABILITY COMPARE STATE_OK WRITABLE HOW_TO';
  const isFeature = clues.has('SECCOMP|APPARMOR|SELINUX|CAPS|NNP');
  const isAny =
    isFeature ||
    findFeature(clues) !== null ||
    (container !== null && findFacets(clues).length > 0);
  const isStrong = clues.says(
    /\b(?:really|actually|enforced|enforce|enforces|effective|effectively|in force|in effect|kernel|truly|in reality|in practice|take effect|applied|holding|configured|loaded|measured|genuinely|honou?red)\b/,
  );
  const isWhy = clues.has('WHY|HOW_TO|BAD');
  let score = 0;
  const isOfControls = clues.has('CONTROLS') || (clues.has('LIMIT') && isStrong);
  if (isOfControls && !clues.reading.control) score = isStrong || container !== null ? 0.95 : 0.85;
  if (isFeature && container !== null) score = Math.max(score, isStrong ? 1 : 0.9);
  if (isAny && isStrong) score = Math.max(score, container === null ? 0.75 : 1);
  if (clues.says(/\bkernel\b/) && (isAny || container !== null) && !clues.says(/\bshare|isolat/))
    score = Math.max(score, 0.95);
  if (
    clues.says(/\bconfigured (?:and|versus|vs|against|with) (?:effective|in force|enforced|real)/)
  )
    score = 0.95;
  // “Memory limit of redis?”
  if (container !== null && clues.has('LIMIT') && clues.reading.tokens.length <= 5) score ||= 0.85;
  if (score === 0 || (isWhy && !isStrong)) score -= 0.35;
  if (clues.reading.control !== null) score -= 0.5;
  const off = findFacets(clues).some(({ facet }) => /-off$|^no-|can-gain/.test(facet));
  if (off && container === null) score -= 0.4;
  return [offer('controls', words, score, uses, { takes, hasNoTime: true })];
};
