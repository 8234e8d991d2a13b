/** Words of German that slip into a question, each with its English. Such as are English as well are left out: `die`, `was`, `den`. */
const german = new Map(
  `
bitte=please, zeig=show, zeige=show, mir=me, warum=why, wieso=why, wer=who, welche=which,
welcher=which, welches=which, welchen=which, wieviele=how many, gestern=yesterday, heute=today,
vorgestern=since 2 days, jetzt=now, seit=since, alle=all, allen=all, nur=only, ohne=without,
kein=no, keine=no, keinen=no, nicht=not, und=and, oder=or, auf=on, der=the, das=the, dem=the, den=the, zugriff=access,
sind=are, irgendwo=anywhere, noch=still, neu=new, neue=new, neues=new, offen=open, läuft=runs,
laufen=run, lief=ran, rechner=host, rechnern=hosts, schwachstellen=vulnerabilities,
schwachstelle=vulnerability, fehler=problems, wir=we, ist=is, haben=have, von=of, bei=on, als=as,
wann=when, wurde=was, wurden=were, zuletzt=last, letzte=last, letzten=last, woche=week,
monat=month, tagen=days, tage=days, stunden=hours, kritisch=critical, kritische=critical,
kritischen=critical, kritischer=critical, privilegiert=privileged, privilegierte=privileged,
privilegierten=privileged, privilegierter=privileged, befund=finding, befunde=findings,
befunden=findings, speicherlimit=memory limit, erreichbar=reachable, gescannt=scanned,
geprüft=checked, geändert=changed, verändert=changed, betroffen=affected, angehalten=stopped,
gestoppt=stopped, beendet=stopped, gestartet=started, neugestartet=restarted, gelöscht=removed,
akzeptiert=accepted, risiko=risk, risiken=risks, schlechtesten=worst, schlechteste=worst,
verwundbar=vulnerable, anfällig=vulnerable, älter=older, jahr=year, jahre=years, ein=a, eine=a,
etwas=anything, sicher=secure, montag=monday, dienstag=tuesday, mittwoch=wednesday,
donnerstag=thursday, freitag=friday, samstag=saturday, sonntag=sunday
`
    .split(/,\s+/)
    .map((pair) => pair.trim().split('=') as [string, string]),
);
/** What ends a word: a point or colon within one, as in `neu:latest` and `das.example.com`, does not. */
const END = '(?=[,.?!:;]*\\s)';
const WORD = new RegExp(`(?<=\\s)[a-zäöüß]{3,16}${END}`, 'g');

/** With so many words of it a question is German, and “die” an article. */
const GERMAN_FROM = 2;
const THE_OF_GERMAN = /(?<=\s)(?:die|den)(?=\s)/g;

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const hours = new Map([...numbers, 'eleven', 'twelve'].map((word, at) => [word, at + 1]));
const PAST = { half: 30, quarter: 15 } as const;

/** “Half past two”, “a quarter to nine”, as clocks show it. */
const PAST_HOUR = new RegExp(
  `\\b(?:a )?(half|quarter) (past|after|to) (1?\\d|2[0-4]|${[...hours.keys()].join('|')})${END}`,
  'g',
);

function clockAt(said: string, word: string, typed: string): string {
  const hour = hours.get(typed) ?? Number(typed);
  const minutes = PAST[said as keyof typeof PAST];
  const isTo = word === 'to';
  const shown = isTo ? (hour + 23) % 24 : hour;
  return `${shown}:${isTo ? 60 - minutes : minutes}`;
}

const ATTACKER =
  '(?:someone|somebody|anyone|anybody|an? (?:attacker|hacker|intruder)|they|hackers|attackers)';
const TAKES =
  '(?:owns?|pwns?|pops?|hacks?|compromises?|hijacks?|breaks? into|gets? into|takes? over)';

/** Words that stand by themselves: those of a longer name, as in `r-base`, are no slang. */
const whole = (words: string): RegExp => new RegExp(`(?<=\\s)${words}${END}`, 'g');

/** What people in a hurry write, and the same in plain words. */
const hurried: readonly (readonly [RegExp, string])[] = [
  [/\bwie (?:steht|geht|sieht) es (?:(?:um|mit|bei|auf) )?(?=\S)(?!aus\b)/g, 'how secure is '],
  [/\bwas (?=(?:ist|sind|läuft|lief|gibt)\b)/g, 'what '],
  [/\b(?:what|which) ist\b/g, 'what is'],
  [/\bgibt es\b/g, 'are there'],
  [/\b(?:außer|ausser|ausgenommen|mit ausnahme von|bis auf)(?= )/g, 'except'],
  [/ (?:bei|für) uns(?=[\s?.!])/g, ''],
  [/\bwie (?=sicher\b)/g, 'how '],
  [/(?<=\s)älter als\b/g, 'older than'],
  [/\bwer hat\b/g, 'who has'],
  [/\bwas hat sich\b/g, 'what is'],
  [/\b(?:ist|sind) am (?=\w+sten\b)/g, 'is the '],
  [/\bvon (\S{1,60}) betroffen\b/g, 'affected by $1'],
  [/\b(?:seit )?(?:letzte|letzter) woche\b/g, 'last week'],
  [/\b(?:heute|letzte) nacht\b/g, 'last night'],
  [whole('(any|some|every|no)1'), '$1one'],
  [whole('(who|when|why)s'), '$1 is'],
  [whole('so{2,}'), 'so'],
  [whole('(which|what|who|how|we|you|they|hosts|boxes|servers|containers|images) r'), '$1 are'],
  [whole('r (?:u|you)'), 'are you'],
  [whole('u'), 'you'],
  [whole('(critical|high|medium|low)s?\\+'), '$1 or worse'],
  [whole('ctrs?'), 'containers'],
  [whole('lemme'), 'let me'],
  [whole('(?:kinda|sorta)'), ''],
  [whole('(?:cuz|coz|bcs)'), 'because'],
  [whole('dont'), 'do not'],
  [
    /\b(older|newer|lower|higher|earlier|later|less|greater|more|smaller|other|rather|worse|better) then\b/g,
    '$1 than',
  ],
  [
    /\bhow (?:screwed|doomed|hosed|toast|cooked|badly off|deep in trouble) (?=(?:are|is|am)\b)/g,
    'how secure ',
  ],
  [
    /\bhow far (?:did|have|has) (?:we|it|things|that|the (?:score|grade|team)) (?:come|got|gotten|gone|get|improved?)\b/g,
    'how did our score develop',
  ],
  [/\bnaked (?=(?:on|to|in) )/g, 'exposed '],
  [/\bwho left (.{1,40}?) (mounted|open|exposed)\b/g, 'which containers have $1 $2'],
  [
    new RegExp(`\\bwhat (?:happens )?(?:if|when) ${ATTACKER} ${TAKES} `, 'g'),
    'what is the blast radius of ',
  ],
  [
    /\b(?:does |do |has |have )?(?:everything|everybody|everyone|every (?:one|container|service)) (?:has|have|got) (?:an? |any |its )?(?=(?:\w+ )?(?:limits?|health ?checks?)\b)/g,
    'which containers have no ',
  ],
  [/\b(?:morning|daily) (?:spam|noise|nagging)\b/g, 'daily digest'],
  [
    /\b(?:outbound|outgoing|egress)(?: (?:internet|network))?(?: (?:access|connections?|connectivity|traffic|internet|network))?\b/g,
    'access to the internet',
  ],
  [/\bun-?accepted\b/g, 'not accepted'],
  [/\b(?:phone|call)s? home\b/g, 'talk to the internet'],
  [/\bpoking around (?=in\b)/g, 'running commands '],
];

/**
 * A question in lower case, with a blank at both ends, in the words of English that its loose ones stand for. What `isName`
 * knows stays: a host may be called `rechner`.
 */
export function withoutLooseWords(text: string, isName: (word: string) => boolean): string {
  let said = text;
  for (const [from, to] of hurried) said = said.replace(from, to);
  let foreign = 0;
  said = said.replace(WORD, (word) => {
    const meant = isName(word) ? undefined : german.get(word);
    if (meant !== undefined) foreign += 1;
    return meant ?? word;
  });
  return (foreign < GERMAN_FROM ? said : said.replace(THE_OF_GERMAN, 'the')).replace(
    PAST_HOUR,
    (_all, part: string, word: string, hour: string) => clockAt(part, word, hour),
  );
}
