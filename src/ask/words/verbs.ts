import type { WordList } from './word-list.ts';

/** What people ask for, by the command that it may lead to. */
export const verbs: WordList = {
  SCAN: 'make a scan|do a scan|make a new scan|perform a scan|launch a scan|execute a scan|scan|scans|scanning|rescan|re scan|rescanning|scanned|recheck|re check|new scan|fresh scan|start a scan|run a scan|another scan|run your checks|run the checks|run all checks|run checks|security scan|security check|run a check|re examine|reexamine|have another look|take another look|look again|check again|fresh look|new look|examination|fresh examination|checked again|check again|carry out a check|carry out a scan|fresh check|kick off a check|kick off a fresh check',
  CHECK: 'check|checking|examine|look at|take a look|audit it|verify|assess',
  AGAIN:
    'again|anew|once more|afresh|now|right now|immediately|straight away|right away|asap|at once|another',
  DEEP: 'all images|with all images|all packages|every package|deep|deeply|thorough|thoroughly|whole images|in depth|full images|deep scan|whole filesystem|entire images|full depth',
  EVERYWHERE:
    'per host|by host|for each host|host by host|each single host|all hosts|every host|all the hosts|all my hosts|all our hosts|all your hosts|each host|all servers|every server|all our servers|all the servers|all my servers|all machines|every machine|all our machines|all the machines|all boxes|every box|all the boxes|all our boxes|all engines|every engine|everywhere|across the fleet|the whole fleet|whole fleet|entire fleet|the entire fleet|fleet wide|fleetwide|across all hosts|all of them|everything|each server|each machine|all nodes|every node|all docker hosts|every docker host|each of our hosts|each of our servers|every single host|every one of our hosts|the lot|all of our hosts|all of the hosts|all of our servers|all of my hosts|the fleet|our fleet|our whole fleet|our entire fleet|my fleet|all systems|every system',
  SECURE:
    'how exposed|secure|safe|security|safety|protected|hardened|well protected|security level|safer|well secured|in good shape|trustworthy|sound|good shape|well configured|secured|safely',
  GRADE:
    'rate|rated|grade|score|rating|risk score|security score|security grade|security rating|posture|security posture|risk level|overall score|overall grade|overall posture|overall risk|marks|mark out of|report card|risk rating|overall security|security state|state of security|state of our security|security status|rank|how risky|risk posture|pillar|pillars|security level|level of security',
  FIX_FIRST:
    'one thing should i fix|one thing should we fix|thing should i fix|thing should we fix|single thing to fix|should i fix|should we fix|to improve|thing to improve|improve next|improve first|next to improve|one hour|had an hour|would you fix|would you do first|most worth fixing|spend time on|most points|bring the most|bring most|win|wins|things to fix|three things to fix|top three things|top things|what to fix|top three|top 3|security wins|security win|biggest security|fix first|first fix|best fix|best fixes|best three fixes|three best fixes|top fixes|top fix|top three fixes|top 3 fixes|start fixing|fix next|most important fix|most urgent|most pressing|biggest risk|biggest risks|biggest problem|biggest problems|biggest issue|biggest win|quick win|quick wins|highest impact|most impact|prioritise|prioritize|priority|priorities|top priority|help most|helps most|helps the most|help the most|do first|tackle first|deal with first|address first|repair first|worry about first|work on first|work on next|start with|where to start|improve our score|improve the score|improve the grade|improve our grade|improve security|improve our security|raise our score|raise the score|raise our grade|raise the grade|better grade|better score|get a better grade|get a better score|most effective fix|patch first|remediate first|begin fixing|fix to improve|most valuable fix|single best fix|low hanging fruit|best thing to fix|tackle next|first thing to fix|should fix|should be fixed|most useful fix|recommend|recommendation|fix before anything else|best improvement|worth fixing|worst problem first|biggest improvement|quickest thing|easiest thing|simplest thing|fastest thing|quickest fix|easiest fix|simplest fix|fastest fix|quickest win|easiest win|cheapest fix|easy win|easy fix|thing to fix|thing i can fix|thing we can fix|one thing to fix|most bang|where do i start|where do we start|where to begin|where do i begin|where do we begin|where should i start|where should i begin',
  HOST: 'host|server|machine|box|engine|node|docker host|vm host|hosts|boxes|docker server|docker engine|daemon|docker daemon|computer',
  WATCH:
    'watch|watching|watched|monitor|monitoring|monitored|look after|cover|covered|connected|know about|know of|keep an eye on|supervise|manage|track|attached|registered|configured|observe|see|connected to|watch over',
  REACHABLE:
    'reachable|up|down|online|offline|alive|responding|responsive|respond|connectable|available|unreachable|connection|answering|answer|up and running|still up|be reached|ping|pingable|contact|reach you|can you reach|can you see|can you connect to|able to reach|able to connect to|in contact|contactable|last contact|dead or alive|accessible|get through to|still answering|hear from|heard from|talk to|unable to reach|can not reach|could not reach|not reach|fail to reach|not respond|still responds|responds',
  ENGINE_VERSION:
    'docker version|engine version|version of docker|version of the engine|docker engine version|version does docker|docker release|which docker|docker version runs|version of docker engine|version of the docker engine|evidence level',
  YOU: 'you|seawall|the bot|your self|yourself|this bot|the app|bot|thou',
  STATE_OK:
    'ok|okay|alright|all right|healthy|working|well|fine|operational|alive|awake|status|health|in order|up|there|functioning|run properly|working properly|your state|your status|running fine|feeling|broken|running|online|running ok|stuck|keeping up|system status|current status|up and running',
  LAST_SCAN:
    'last scan|latest scan|last scanned|most recent scan|previous scan|last look|last checked|scan last|scanned last|last scanning|last check|how fresh|how old is the scan|age of the scan|how recent|newest scan|up to date|data age|age of the data|how current|current is your data|how stale|last time you scanned|last time you looked|been scanned|got scanned|was scanned|scan of|scanned today|scanned yet|ever scanned|scanned ever|last looked at|looked at last|scanned',
  BLIND:
    'blind interval|blind spot|blind spots|blind|coverage|gap|miss something|missed something|miss anything|missed anything|not looking|gaps in your watch|blind time|did you miss',
  VERSION_OF_YOU:
    'your version|version of seawall|seawall version|version are you|version do you run|version you run|which version are you|version of you|release are you|version is this|version of yourself|your release',
  DIGEST:
    'digest|daily digest|daily summary|daily report|daily message|morning report|morning digest|daily mail|summary|morning summary|morning message|daily post|daily update|security digest|morning update|digests|daily overview|daily news|tomorrow report|today report|next report|the report of tomorrow|tomorrow message|next message',
  NEXT: 'sent|coming|posted|delivered|arrive|arrives|next|upcoming|when is|when does|when will|what time|next one|due|when do you|at what time|when are|when do we|when can i expect|come next|how long until',
  SEND: 'give us|send|post|publish|deliver|give me|share|push|issue|send out|post out|run|now|right now|immediately|fire off|drop|release|trigger|kick off|put out',
  PREVIEW:
    'before everybody|before everyone|before the others|before others|beforehand|before the rest|before it comes|preview|previews|look like|draft|tomorrow|before it is sent|before it goes out|before it is posted|before it gets sent|before it gets posted|would look|will look|would contain|will contain|would say|will say|dry run|in advance|ahead of time|without posting|without sending|would be in|will be in|going to say|upcoming digest|peek|sneak peek|test run|rehearse|going to contain|next digest contain|would the digest',
  SCHEDULE:
    'schedule|scheduled|schedules|time zone|timezone|every day|working days|work days|business days|half past|settings|setting|configured|posted|set up|setup|plan|every day at|every morning|every weekday|each morning|each day|move the digest|change the digest|reschedule|timed|weekdays|configure|set the digest|daily at',
  STOP: 'stop|off|turn off|switch off|disable|cancel|end|mute|silence|no more|quit|suspend|unsubscribe|halt|pause|shut off|shut up|do not send|do not post|no longer send|cease|turned off|turn|switch',
  START:
    'start|on|turn on|switch on|enable|activate|begin|subscribe|set up|want|resume|let me know|tell me|notify|notify me|notify us|ping me|ping us|inform me|inform us|warn me|warn us|tell us|send me|send us|let us know',
  ALERT:
    'tell this channel|tell the channel|tell us here|inform this channel|inform the channel|notify this channel|notify the channel|warn this channel|ping this channel|message this channel|alert|alerts|alerting|alarm|alarms|notification|notifications|warnings|warning|notify|notified|alert me|alert us|ping|pings|pinged|switched on|turned on|channel told|told at once|hear about at once|told immediately',
};
