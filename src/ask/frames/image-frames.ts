import type { Clues } from '../clues.ts';
import { findFacets, ownDenials } from '../find-facets.ts';
import { isPackageName } from '../find-subjects.ts';
import { isMachineName } from '../numbered-name.ts';
import { type Offer, offer } from '../offer.ts';
import { softwareNames } from '../words/software.ts';
import type { Frame } from './frame.ts';

const IMAGE_IDEAS =
  'IMAGE LIST HOW_MANY CRITICAL_VULN EXPLOITED VULN UNUSED OLD SECRET ENV ROOT UNVERIFIED RUN CRITICAL CONTAINER INSTALLED AFFECTED HOST OPEN NO UNDER MUTABLE_TAG WATCH YOU KNOWN FINDING';

/** Takes back what was imported about an image. */
const FORGETS =
  /\b(?:forget|drop|delete|remove|discard|throw away|purge|clear|erase|get rid of|undo)\b.{0,60}\b(?:import\w*|list|sbom|bill of materials|packages?|file|upload\w*)\b|^(?:please )?forget\b/;

/** Says nothing more of images that are told by something else. */
const LYING = /\b(?:lying|laying|sitting) around\b/;
const OF_CONTAINERS =
  /\b(?:containers?|workloads?|services?|who)\b.{0,40}\bimages?\b|\bimage\b.*\bcontainers\b/;

/** Images by their properties, or one of them. */
export const imageList: Frame = (clues) => {
  const { image, age } = clues.reading;
  if (image !== null) {
    if (
      clues.says(FORGETS) &&
      !clues.says(/^(?:how|which|what|who|why|when|is|are|do|does|can i|should)\b/)
    )
      return [
        offer(
          'images',
          ['forget', image.name],
          1,
          `${IMAGE_IDEAS} DECIDE_EDGE SBOM SPDX SOFTWARE EXPORT DECIDE_UNACCEPT`,
          {
            takes: ['image'],
          },
        ),
      ];
    const score = clues.has('IMAGE|INSPECT|LIST') || clues.reading.tokens.length <= 2 ? 0.95 : 0.6;
    return [
      offer('images', [image.name], score, `${IMAGE_IDEAS} INSPECT OK_THING EXPLAIN SECURE`, {
        takes: ['image'],
      }),
    ];
  }
  if (!clues.has('IMAGE')) return vulnerableThings(clues);
  const found: { word: string; at: number }[] = [];
  const note = (word: string, ideas: string) => {
    if (clues.has(ideas)) found.push({ word, at: clues.first(ideas) });
  };
  const exploited = clues.has('EXPLOITED');
  if (clues.has('CRITICAL_VULN') && !exploited) note('critical', 'CRITICAL_VULN');
  else if (clues.has('CRITICAL') && !exploited) note('critical', 'CRITICAL');
  note('known-exploited', 'EXPLOITED');
  const isLying =
    found.length > 0 || clues.has('SECRET|UNVERIFIED|ROOT') ? LYING.test(clues.text()) : false;
  if (!isLying) note('unused', 'UNUSED');
  note('secret', 'SECRET');
  note('unverified', 'UNVERIFIED');
  if (clues.has('ROOT')) note('root', 'ROOT');
  const facets = found.toSorted((a, b) => a.at - b.at).map(({ word }) => word);
  const old = age === null ? [] : [`older-than=${age.text}`];
  const words = [...facets, ...old];
  const takes = age === null ? [] : (['age'] as const);
  const isDenied =
    ownDenials(clues).length > 0 &&
    age === null &&
    (!clues.has('UNUSED') || clues.says(/\bnot unused\b/));
  let score = words.length > 0 ? 1 : 0;
  if (isDenied) score = 0.45;
  // “Containers from an unverified image”.
  if (facets.join() === 'unverified' && clues.says(OF_CONTAINERS)) score -= 0.5;
  if (words.length === 0) {
    const isList = clues.says(
      /\b(?:list|show|which|what|all|how many|display|overview|every|any)\b/,
    );
    const isAged = clues.says(
      /\b(?:old|oldest|stale|outdated|ancient|out of date|newest|latest|(?:un)?pinned|critical|worst|riskiest)\b/,
    );
    score = isList && !isAged && !isDenied ? 0.9 : 0.5;
  }
  if (
    clues.has('WHY|HOW_TO') ||
    clues.says(/^(?:what is|explain|define) (?:an? |the )?(?:container |docker )?images?\b/)
  )
    score -= 0.5;
  if (clues.says(/\b(?:sbom|export|bill of materials)\b/)) score -= 0.4;
  if (clues.reading.vulnerability !== null || clues.reading.software !== null) score -= 0.5;
  const more = { takes, hasNoTime: true, isBroad: words.length === 0 };
  return [offer('images', words, score, IMAGE_IDEAS, more)];
};

/** “Anything with known exploited holes”: of images, though nobody says so. */
function vulnerableThings(clues: Clues) {
  if (!clues.has('EXPLOITED|CRITICAL_VULN') || clues.reading.vulnerability !== null) return [];
  if (clues.container !== null) return [];
  const word = clues.has('EXPLOITED') ? 'known-exploited' : 'critical';
  const isClear =
    clues.has('EXPLOITED') &&
    clues.says(/^(?!what is\b|explain\b).*(?:\bexploit|\bkev\b)/) &&
    findFacets(clues).length === 0;
  return [offer('images', [word], isClear ? 0.85 : 0.5, IMAGE_IDEAS, { hasNoTime: true })];
}

const SURFACE_IDEAS =
  'SURFACE PORT OPEN SETUID PROCESS PIDS HOW_MANY LIST VERSIONS SOFTWARE INSTALLED HOST CONTAINER RUN EXPLAIN PUBLIC PUBLISHED GRADE INSPECT AFFECTED WATCH UNDER';

/** “Who publishes a port?” and “published ports”: is asked of containers. */
export const PUBLISHES =
  /\b(?:what|who|which \S+) (?:(?:publish|expose|map)\w*|(?:has|have) (?:\w+ )?ports? (?:published|exposed|mapped))\b|\b(?:published|mapped|forwarded) ports?\b|\bports? (?:\w+ )?(?:published|mapped|mappings?|forwarded)\b/;

/** “Who listens on 5432?”: each port stands with what listens there. */
const LISTENS =
  /^(?:(?:tell|show) (?:me|us) )?(?:who|what|anything|anybody|(?:which|what) (?:container|service|process|program|workload|app)s?|(?:is|are) (?:there )?(?:anything|anybody|anyone|something|someone))\b(?: (?:that|which|is|are))*(?: still| already| currently)? (?:listens?|listening|on(?: tcp| udp)? port)\b/;

/** How many copies of one package there are, and where. */
function copiesOf(clues: Clues, one: NonNullable<ReturnType<typeof packageWord>>): Offer[] {
  const isCount =
    clues.has('VERSIONS') && clues.says(/\bversions?\b|\bcopies\b|\breleases?\b|\bvariants\b/);
  const isRanked = clues.says(/\b(?:oldest|newest|latest|lowest|highest)\b/);
  const isInstalled = clues.says(
    /\binstall(?:ed)?\b|\bwhere is\b|\bwhere (?:do|are) we (?:have|us(?:e|ing)|run(?:ning)?)\b|\banywhere\b|^(?!sshd?\b)\S+ in (?:any |all |the |our |of |these )*(?:containers?|images?)$|^(?:are|is) (?:we|they|you|any\w*|some\w*|every\w*)(?: (?:still|already|all|now|yet)){0,2} (?:on|at)\b|\b(?:is|are)\b.{0,20}\b(?:old|outdated|ancient|recent|current|up to date|out of date)\b/,
  );
  // Who has it is told by `exposure`.
  const isWho = clues.says(/^(?:who|anyone|anybody|(?:which |any |the |list |show )*containers)\b/);
  const isWhere = clues.says(
    /\b(?:installed|install|where|contains?|ships?|includes?|bundles?|carry|carries|surface|find)\b/,
  );
  const likely = isInstalled ? 0.95 : isWhere && !isWho ? 0.8 : 0.45;
  const isLikely = looksLikePackage(one.name);
  const score = isCount ? 1 : !isLikely ? 0 : isRanked ? 0.95 : likely;
  const more = { ...one.more, hasNoTime: true };
  return [offer('surface', [one.name], score, `${SURFACE_IDEAS} SOFTWARE`, more)];
}

/** What lies open, and how many copies of a software there are. */
export const surfaceCount: Frame = (clues) => {
  const { software, vulnerability } = clues.reading;
  if (vulnerability !== null) return [];
  const one = software === null ? packageWord(clues) : null;
  const found = one === null ? [] : copiesOf(clues, one);
  if (software !== null) return found;
  const isLearning =
    clues.says(
      /^(?:what is|what are|explain|define)(?: meant by)? (?:an? )?(?:the (?:term|word) )?(?:attack surface|surface|set ?uid|suid)|\b(?:mean|means|meaning|meant)\b/,
    ) && clues.host === null;
  let score = 0;
  if (clues.has('SURFACE'))
    score = clues.says(
      /\b(?:inventory|list) of (?:all |the |our |running |current )*containers\b|\bcontainers? (?:inventory|list)\b/,
    )
      ? 0.5
      : 1;
  if (clues.host !== null && clues.says(/^what is (?:exposed|listening|reachable) (?:on|at)\b/))
    score = 0.9;
  // Ports, or findings.
  if (clues.says(/^what is open (?:on|at)\b/)) score = clues.has('FINDING') ? 0.3 : 0.5;
  if (clues.has('SETUID')) score = Math.max(score, 0.97);
  if (clues.says(/\bports?\b|\blisten|^is \d{2,5} open\b/)) {
    const isOfContainers = clues.says(/\b(?:containers?|who|workloads?|services?|apps?)\b/);
    const isOpen =
      clues.has('OPEN') ||
      clues.says(/\b(?:which|what|how many|list|show)\b.{0,40}\bports?\b/) ||
      clues.says(/\bopen ports?\b/);
    if (isOpen) score = Math.max(score, isOfContainers ? 0.6 : 1);
    if (clues.says(LISTENS)) score = Math.max(score, 1);
  }
  if (
    clues.says(
      /\bhow many (?:running )?processes\b|\b(?:number|count) of (?:running )?processes\b|\bcount (?:the )?(?:running )?processes\b/,
    )
  )
    score = Math.max(score, 0.9);
  if (clues.has('SOFTWARE') && clues.has('LIST|HOW_MANY|INSTALLED') && one === null)
    score = Math.max(score, clues.says(/\b(?:software|packages?)\b/) ? 0.75 : 0.4);
  if (isLearning) score -= 0.45;
  // Whether it helps a process to more rights is asked of containers.
  if (clues.has('GAIN')) score -= 0.45;
  if (clues.has('WHY|HOW_TO')) score -= 0.4;
  const isCounted = clues.has('HOW_MANY|SETUID|PROCESS');
  if (clues.says(PUBLISHES) || (clues.has('PUBLIC') && !isCounted)) score -= 0.5;
  if (clues.container !== null) score -= 0.4;
  return [...found, offer('surface', [], score, SURFACE_IDEAS, { hasNoTime: true })];
};

const EXPOSURE_IDEAS =
  'DID_ACCEPT ACCEPTED AFFECTED GONE VULN LIST CONTAINER IMAGE RUN INSTALLED WHO_DID HOST SOFTWARE UNDER VERSIONS HOW_MANY OLD EXPLAIN REPORTED WATCH OPEN BAD SECURE CHECK SCAN OK_THING INSPECT SEND FRESH STATE_OK FINDING FIX NO EXPLOITED SURFACE CHANGED';

/** Who is exposed to a vulnerability, or has a package in which version. */
export const exposureTo: Frame = (clues) => {
  const { vulnerability, software } = clues.reading;
  if (vulnerability !== null) {
    const isLearning = clues.says(
      /^(?:please )?(?:explain|what is|what does|describe|define|what (?:exactly )?\S+ (?:\w+ )?(?:is|does|means))\b|^(?:is|how) \S+ (?:really |that |so |very )*(?:bad|serious|severe|critical|dangerous|harmful)\b|\b(?:tell me about|tells? (?:me|us) nothing|(?:new|nothing|unfamiliar) to (?:me|us)|never heard|details|mean|how (?:bad|serious|severe|dangerous)|do about|how (?:do|can|to|should)|fix|remediate|mitigate|info|information|eli5|elucidate|clarify|summari[sz]e|for (?:dummies|beginners)|background)\b|^(?:is|was|has|does) \S+ (?:being |been |already |actively |known to be |really )*(?:exploit\w*|in the (?:kev|cisa)|on the (?:kev|cisa)|have (?:a|an|known|public) (?:\w+ )?(?:exploits?|patch|fix|score))\b|^(?:what is|what are) the (?:\w+ )?(?:score|severity|cvss|epss|details?|fixed versions?) (?:of|for)\b|\b(?:severity|cvss|epss|score) of\b/,
    );
    const isAsked =
      clues.has(
        'AFFECTED|GONE|VULN|WHO_DID|LIST|CONTAINER|INSTALLED|RUN|SCAN|CHECK|HOST|STATE_OK',
      ) || clues.reading.labels.length > 0;
    const isBare = clues.reading.tokens.length === vulnerability.length;
    const isDecided = clues.says(/^(?!who\b|by whom\b).*\baccept\w*\b/);
    const score = isLearning || isDecided ? 0.4 : isAsked ? 1 : isBare ? 0.8 : 0.6;
    return [
      offer('exposure', [vulnerability.id], score, EXPOSURE_IDEAS, { takes: ['vulnerability'] }),
    ];
  }
  if (software !== null) {
    const { name, operator, version } = software;
    const more = { takes: ['software'] } as const;
    const whole = [`${name}${operator}${version}`];
    // “Python 2” means each that begins so, and “=2” that one version.
    const isLine = operator === '=' && /^\d{1,2}$/.test(version);
    if (!isLine) return [offer('exposure', whole, 1, EXPOSURE_IDEAS, more)];
    return [[name], whole].map((words) => offer('exposure', words, 0.55, EXPOSURE_IDEAS, more));
  }
  const one = packageWord(clues);
  if (one === null) return [];
  const isExposed = clues.says(
    /\b(?:affected|exposed|vulnerable|exposure|hit|impacted|susceptible|at risk)\b/,
  );
  const isHeld = clues.says(
    /\b(?:is there|are there|run|runs|running|ran|use|uses|using|used|have|has|had|with (?:the )?(?:package|library|lib)|contains?|carry|carries|ships?|includes?)\b/,
  );
  const isVersions = clues.has('VERSIONS') && clues.says(/\bversions?\b|\bcopies\b/);
  const isLikely = looksLikePackage(one.name) && !clues.says(/\byou\b/);
  const score = isVersions
    ? 0.5
    : !isLikely
      ? isExposed
        ? 0.5
        : 0
      : isExposed
        ? 0.95
        : isHeld
          ? 0.82
          : 0.5;
  return [offer('exposure', [one.name], score, EXPOSURE_IDEAS, one.more)];
};

/** “Do images ship with bash”: a package, and not what was begun. */
export const SHIPPED =
  /\b(?:images?|ships?|shipped|bundles?|contains?|installed|packages?|librar(?:y|ies)|versions?)\b(?!.*\b(?:opened?|started|ran|executed|got)\b)|\b(?:has|have) bash\b|^bash (?:anywhere|in (?:any |all |the |our |these )*containers?)$/;

/** Known, or written as only names are. */
export const looksLikePackage = (name: string): boolean =>
  softwareNames.has(name) || /\d|^lib|-/.test(name);

/** The one word that may be a package: nobody knows it, or it also begins the name of a container. */
export function packageWord(clues: Clues): { name: string; more: Partial<Offer> } | null {
  const { tokens, strange, containers } = clues.reading;
  const versioned = tokens.findIndex(
    ({ text }, at) =>
      softwareNames.has(text) &&
      ((text === 'bash' && clues.says(SHIPPED)) ||
        tokens[at + 1]?.word === 'version' ||
        /^(?:old|older|oldest|ancient|outdated|stale)$/.test(tokens[at + 1]?.text ?? '') ||
        /^(?:old|older|oldest|ancient|outdated|stale|vulnerable)$/.test(
          tokens[at - 1]?.text ?? '',
        ) ||
        /^(?:package|library)$/.test(tokens[at - 1]?.word ?? '') ||
        (tokens[at - 1]?.text === 'of' && tokens[at - 2]?.word === 'version')),
  );
  if (versioned >= 0 && !strange.includes(versioned) && containers.length === 0) {
    const topic = { from: versioned, length: 1 };
    return { name: tokens[versioned]?.text ?? '', more: { takes: ['topic'], topic } };
  }
  const known = strange.filter((at) => softwareNames.has(tokens[at]?.text ?? ''));
  const [only, second] = known.length > 0 ? known : strange;
  if (only !== undefined && second === undefined && containers.length === 0) {
    const text = tokens[only]?.text ?? '';
    const isUnknownHost =
      isMachineName(text) ||
      /^(?:host|server|box|machine)$/.test(tokens[only - 1]?.word ?? '') ||
      // “Are we on openssl 3.0.x”.
      (tokens[only - 1]?.text === 'on' && !softwareNames.has(text)) ||
      /^(?:host|server|box|machine|container)$/.test(tokens[only + 1]?.word ?? '');
    const more: Partial<Offer> = { takes: ['topic'], topic: { from: only, length: 1 } };
    return isPackageName(text) && !isUnknownHost ? { name: text, more } : null;
  }
  const [container] = containers;
  if (
    container === undefined ||
    strange.length > 0 ||
    containers.length > 1 ||
    container.length > 1
  )
    return null;
  const text = tokens[container.from]?.text ?? '';
  const isSoftware = isPackageName(text) && container.how !== 'slip';
  // What has the whole name of a container is no package.
  if (container.how === 'exact' && !softwareNames.has(text) && clues.has('REACH_WORD')) return null;
  const isPart = container.how === 'beginning' && softwareNames.has(text) && clues.has('INSTALLED');
  return isSoftware && (isPart || clues.has('VERSIONS|SOFTWARE'))
    ? { name: text, more: { takes: ['container'] } }
    : null;
}
