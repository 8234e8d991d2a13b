import type { WordList } from './word-list.ts';

/** What people ask about risks, decisions, the past and Seawall itself. */
export const risks: WordList = {
  AFFECTED:
    'for us|a problem|problem for us|concern us|concerns us|affects us|affected|affected by|affect|affects|exposed|exposed to|expose|vulnerable|vulnerable to|hit by|hit|impacted|impacted by|susceptible|susceptible to|at risk|at risk from|suffer|suffer from|exposure|exposures|concerned by|touched by|prone to|have|has|run|runs|running|ran|use|uses|using|used|contain|contains|have run|had|include|includes|hurt by|worry about|open to|on|is there|are there|find|present|suffering|suffering from|struck by|still|ship|ships|carry|carries|danger from|subject to|in danger|apply|applies|anywhere|ever|impact|impacts|threatened by|exploitable|in danger from|safe from|protected from|free of|free from|immune|immune to|patched|patched for|patched against|got|who has|exist|matter|relevant',
  FINDING:
    'finding|findings|problem|problems|issue|issues|risk|risks|violation|violations|open finding|open findings|open problem|open issue|open issues|misconfiguration|misconfigurations|concern|concerns|failure|failures|failed check|failed checks|failing|fails|trouble|defect|defects|security problem|security issue|security issues|security finding|security risk|open risk|security problems|fail|failed|flagged|wrong|deficiency|deficiencies|bad things|shortcoming|shortcomings|what is broken|sins|complaints|trouble spots|security gaps|red flags|hits',
  VIOLATE:
    'violate|violates|violating|break|breaks|breaking|fail|fails|failing|do not comply with|does not comply with|not compliant with|do not meet|does not meet|do not satisfy|does not satisfy|do not pass|does not pass|breach|breaches|offend|against|findings for|findings of|findings about|findings on rule|rule|violations of|violation of|failed|failures of|failures for|offenders|violators|contravene|disobey|break rule|not pass|non compliant|flout|infringe|problems with|problem with',
  CRITICAL: 'critical|critical severity|criticals|severity critical|critically',
  HIGH: 'high|high severity|severity high|highs',
  MEDIUM: 'medium|medium severity|severity medium|moderate|mediums',
  LOW: 'low|low severity|severity low|lows|minor',
  ACCEPTED:
    'did we accept|we accept|do we accept|we have accepted|have been accepted|accepted|have we accepted|we accepted|accepted risk|accepted risks|accepted finding|acceptance|acceptances|risk acceptance|risk acceptances|waived|waiver|waivers|exempted|exemption|exemptions|suppressed|suppression|suppressions|exceptions|exception|accepting|signed off|tolerated|tolerate|ignored|muted|excused|approved risk|approved risks|okayed|ignoring|tolerating|we live with|acknowledged',
  EXPIRING:
    'expire|expires|expiring|expired|run out|runs out|running out|about to end|about to expire|soon expire|expire soon|lapse|lapses|lapsing|expiry|run out soon|coming up for renewal|due for review|end soon|up for renewal|ends soon|renewal|renewed|need renewing|about to lapse|about to run out|come to an end|ending soon|ending',
  WHO_DID:
    'who|by whom|whom|which person|which user|which people|whose|which colleague|anyone|anybody|somebody|someone|who else|who has|people|colleagues',
  AUDIT:
    'been using|has been using seawall|using seawall|asked you|people asked|ask you to do|asked you to do|audit|audit log|audit trail|audit entries|log of changes|change log|who did what|who did|who asked|who changed|changed what|who changed what|activity log|command log|who used you|who has used you|record of|trail|who has been using|logbook|protocol of|history of commands|who ran what command|which commands were run|commands did people run|commands were run|who typed|who requested|who ordered|log of actions|who triggered|recorded actions|who used|command history|user activity',
  REFUSED:
    'refused|denied|rejected|turned away|not allowed|forbidden|blocked|turned down|were refused|was refused|unauthorised|unauthorized|without permission|refusals|refusal|denials|were not permitted|was not allowed|permission denied|failed attempts',
  DID_ACCEPT:
    'accept|accepted|accepts|accepting|waive|waived|approved|signed off|suppressed|acceptance|acceptances|risk acceptance|ignored|muted|silenced|okayed',
  DID_SCAN:
    'scan|scanned|scans|ran scans|started scans|started a scan|triggered scans|ran a scan|triggered a scan|scanning|ran the scan|launched scans|launched a scan|kicked off scans',
  DID_ATTEST: 'attest|attested|vouched|vouch|vouches|attestation|attestations',
  DID_UNACCEPT:
    'unaccept|unaccepted|took back|withdrew|revoked|took back an acceptance|withdrew an acceptance|revoked an acceptance|took back acceptances|undid',
  DID_BASELINE:
    'approved baseline|approved the baseline|baseline|approved a baseline|set the baseline|baselines|approved baselines|set a baseline',
  CHANGED:
    'changed|change|changes|difference|differences|different|differ|new|newly|news|happened|happen|happening|worse|got worse|worsened|better|got better|improved|fixed|resolved|appeared|came up|showed up|introduced|regressed|since|went wrong|cropped up|got fixed|any change|any changes|anything new|get worse|get better|degraded|deteriorated|regression|regressions|diff|delta|broke|came in|what is new|update|updates|got resolved|solved|closed|popped up|turned up|gone wrong|getting worse|been fixed|disappeared|modified|altered|added|emerged|arisen|arose|surfaced|catch me up|did i miss|have i missed|i missed|i miss|moved',
  HOW_CHANGED:
    'how has|how have|how did|how is|how are|how was|how were|over time|in which direction|direction',
  TREND:
    'trend|trends|history|over time|graph|chart|plot|curve|timeline|evolve|evolved|evolution|develop|developed|development|progress|progressed|progression|trajectory|improving|getting better|getting worse|getting safer|getting more secure|over the last|over the past|historical|historically|evolving|trending|course|improvement over|progressing|become safer|become more secure|getting less secure|grown|rising|falling|going up|going down|got safer|becoming safer|becoming more secure|get safer|more secure over|over the months|over the weeks|draw|visualise|visualize|diagram|picture|went up|gone up|gone down|declining|long term|moving|moved|past scores|score history|increase|decrease|more secure than|safer than|better than|worse than|past grades',
  RISK: 'risk|risks|risk score|score|grade|security|posture|findings|our risk|security posture|security score|number of findings|problems|open findings|numbers|security grade|points',
  COMPARE:
    'compare|compared|comparing|comparison|versus|vs|difference between|differences between|differ|differs|different|difference|differences|diff|side by side|against|same as|unlike|contrast|better than|worse than|safer than|safer|more secure|more secure than|less secure|less secure than|differ from|alike|identical|stack up|in common|drift from|deviate|deviates from|which is worse|which is better|apart|distinguishes|match up|worse|better',
  DECIDE_ACCEPT:
    'accept|accept the risk|accept the finding|waive|suppress|ignore|mute|acknowledge|tolerate|live with|sign off|exempt|grant an exception|make an exception|excuse',
  DECIDE_UNACCEPT:
    'unaccept|revoke|withdraw|take back|undo|cancel|end|remove|retract|reopen|rescind|revoke the acceptance|stop accepting|no longer accept|lift',
  DECIDE_ATTEST:
    'attest|vouch|certify|confirm by hand|vouch for|attest to|i confirm|i certify|put on record',
  DECIDE_BASELINE:
    'baseline|approve|approve the baseline|approve as baseline|approve how|as it should look|as the baseline|set the baseline|make this the baseline|approved state|golden state|new normal|the new baseline|as approved|reference state',
  NEED_CONTAINER_REACH:
    'attacker|intruder|hacker|adversary|malware|do|go|reach|reached|reaches|reachable|talk to|connect to|contact|access|get to|communicate with|see|lateral|lateral movement|move laterally|blast radius|pivot|spread|spread to|next|attack from|from inside|jump to|neighbour|neighbours|neighbor|neighbors|reachable from|attack next|attack|hacked|compromised|owned|pwned|breached|taken over|hijacked|damage|do from|network access|speak to|speak with|get at|communicate|infect|connect with|connections|exploited|broken into|popped|network reach|knock on|hop to|touch|fall into the wrong hands',
  REACH_WORD:
    'attacker|intruder|hacker|adversary|network access|blast radius|lateral movement|move laterally|pivot|reach|reached|reaches|neighbours|neighbors|neighbour|neighbor|reachable from|spread|spread to|lateral|talk to|connect to|attack from|hacked|compromised|communicate with|network reach|speak to|jump to|pwned|breached|hijacked|taken over|hop to|get at|access|attack next|contact|see|owned|connect with|network access|infect|communicate|broken into|popped|connections|damage|speak with',
  EXEC: 'exec|execs|exec d|execed|exec session|exec sessions|docker exec|docker execs|shell|shells|shelled|shelled into|shell session|ran commands|run commands|ran a command|run a command|ran something|ran what|commands run|commands were run|commands inside|command inside|command in|commands in|commands begun|interactive session|interactive sessions|logged into|log into|logged in|log in|opened a shell|open a shell|opened shells|got into|get into|went into|go into|entered|enter|attached to|executed|execute|executed commands|executed inside|executed in|what was executed|was executed|ran inside|run inside|ran in|commands executed|commands started|manual commands|bash|opened a terminal|terminal session|ran any command|run any command|ran any commands|typed commands|typed in|typed inside|been inside|stepped into|hands on|poked around|poking around|jumped into|commands have been run|commands been run|terminal in|execution|executions|ran things|executing|ssh into|attach|attached|bashed|run what|running commands|issue commands|issued commands',
  FEED: 'feed|feeds|advisory|advisories|advisory data|advisory feed|advisory feeds|vulnerability data|vulnerability database|vulnerability db|vulnerability feed|vulnerability feeds|cve data|cve database|cve db|cve feed|cve feeds|cve list|vulnerability information|security data|vulnerability list|osv data|vuln data|vuln db|vulnerability definitions|cve information|advisory database|advisory sources|epss data|epss|kev data|kev feed|vulnerability sources|security advisories|data sources|data feeds|security feeds|definitions|vulnerability knowledge|signatures|advisory information|vuln feeds|threat data|threat feeds',
  FRESH:
    'old|age|fresh|up to date|stale|current|recent|outdated|latest|last updated|when|how old|how fresh|date|size|big|updated|refreshed|synced|out of date|newest|last refreshed|last synced|how recent|how current|state|status|last fetched|last downloaded|how big|how large',
  SYNC: 'sync|synchronise|synchronize|refresh|update|fetch|download|reload|renew|pull|get the latest|get new|bring up to date|pull the latest|load the latest|get fresh|retrieve',
  NOT_TOLD:
    'not been told|not been warned|not been informed|not been alerted|not been notified|not heard|did not i hear|did not i get|did not we hear|did not we get|was not i told|was i not told|were we not told|were not we told|not told|no one told|nobody told|not alerted|not reported|not notified|no alert|no alerts|not warned|not informed|not hear|not hearing|never told|never heard|never alerted|never reported|silent about|silence about|quiet about|not in the digest|did not tell|not tell us|not tell me|was not flagged|not flagged|not mentioned|never mentioned|not get an alert|not get alerted|get no alert|got no alert|no notification|not notified|no warning|did not alert|not alert|did not report|not report|did not warn|not listed|not show up|no message|not appear|no word about|not said anything|did not mention|not mention|say nothing|said nothing|kept quiet|no mention|missing from the digest|absent from the digest|not warn|unmentioned|left out|unreported|did not notify|fail to report|fail to alert|fail to tell',
  REPORTED:
    'reported|flagged|listed|marked|red|critical|complain|complaining|complained|alerted|raised|told about|warned|warned about|in the digest|showing up|show up|alert|alerts|failing|reporting|flag|flags|report|alerting|mention|mentioned|bad|warning|on the list|warn|upset about|unhappy about|blame|a finding|findings|picked on|highlighted|called out|nagging about|nag|shouting about|appear|considered|risky',
  WHOAMI_POWER:
    'break something|break|need|allowed to do|permitted to do|power|powers|privilege|privileges|permission|permissions|access|rights|scope|scopes|slack scopes|able to do to|can you do to|could you do to|authority|authorised|authorized|able to change|change my hosts|change our hosts|change a host|change anything|change the hosts|break anything|damage|harm|modify|write access|read only|trust you|trust|capable of doing to|do to my|do to our|delete|restart|dangerous|allowed|stop containers|right do you have|touch our|touch my|do to us|powerful|token|tokens|entitled|credentials|mess up|mess with|kill|write to|start containers|control our|control my|root|exec|alter|do any harm|do damage|footprint|credential',
  HELP_WORD:
    'help|help me|usage|commands|command|instructions|manual|docs|documentation|what can you do|what can you|what can i ask|what can i do|what can i type|what can i say|what do you do|how do i use you|how can i use you|how do you work|how does this work|how does it work|what are you good for|what else can you do|what do you know|what do you understand|what questions|questions can i ask|options|features|abilities|list of commands|what are the commands|capabilities of seawall|getting started|get started|tutorial|guide|how to use you|how to use this|what can seawall do|which commands|what commands|how do i talk to you|things you can do|what are my options|cheat sheet|what can this bot do|what should i ask|what are you able to do|what are your features|how do i use this|how do i use seawall|how to use seawall|how do i start|what is seawall for|what does seawall do|what are you for|how can you help|how can you help me|what can you help with|can you help|what can you tell me|i am lost|i need help|what are you capable of|show me around|introduce yourself|who are you|what are you|example questions|examples|verbs',
  EXPORT:
    'make|build|prepare|export|exports|download|file|as csv|as json|as sarif|dump|save|extract|give me a file|spreadsheet|as a file|exported|to csv|to json|to sarif|in csv|in json|in sarif|generate|produce|create|hand me|output|write out|i want a|i need a|i need the|get me',
  SARIF: 'sarif',
  CSV: 'csv|spreadsheet|excel|excel sheet|comma separated',
  JSON: 'json',
  SBOM: 'sbom|sboms|bill of materials|software bill of materials|cyclonedx|cyclone dx|bom|cyclone',
  SPDX: 'spdx',
};
