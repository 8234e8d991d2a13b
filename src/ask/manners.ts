/** What people say before a question; repeated until none is left. */
const LEADS: readonly RegExp[] = [
  /^(?:oh|ah|uh) (?:no|dear|my)[.!,]? (?=\S)/,
  /^(?:hey|hi|hello|hallo|hola|yo|ok|okay|so|well|um|uh|hm|hmm|oh|ah|and|but|now|then|also|please|pls|plz|kindly|right|alright|sir|folks|guys|all(?! but\b)|team|there|dear|today|again|question|morning|evening|afternoon|thanks|seawall(?! (?:own|healthy|ok|okay|up|alive|running|fine|down|status|health|version|whoami)\b)|@seawall|@\w{1,20}|bot|btw|actually|basically|just(?! (?:checking|asking|wondering|curious|to)\b)) (?=\S)/,
  /^(?:i am (?:the |a )?)?new (?:guy|girl|person|colleague|hire|joiner|kid|intern)(?: here| in the team| on the team)? (?=\S)/,
  /^(?:i|we) (?:was|were|have been|am|are|got|have)? ?(?:told|heard|hear|read|know|think|believe|learned|learnt|understand|see)(?: that)? (?:you|seawall|this bot|the bot) can (?=\S)/,
  /^(?:i am (?:an? |the )?)?(?:(?:total|complete|absolute|real) )?(?:beginner|newbie|newcomer|noob|rookie)s?(?: here| question)? (?=\S)/,
  /^i am (?:\w+ )?new (?:here|in (?:the|this) \w+(?: team)?|to (?:this|the) \w+(?: team)?|at the company)(?: and| so| but)* (?=(?:i|we) (?:would|want|need|like|must)\b|which\b|show\b|list\b)/,
  /^(?:i am|we are) new(?: to (?:this|it|docker|containers|seawall))?(?: and| so| but)* (?=(?:which|what|who|how|where|when|why|show|list|can|do|is|are)\b)/,
  /^before (?:i|we) (?:[\w-]{1,20} ){1,6}?(?=(?:what|which|can|could|may|how|is|are|do|does|show|list|who)\b)/,
  /^(?:i|we|nobody|no one) (?:do not|does not|did not|can not|could not|fails? to|gets?)? ?(?:understand|see|get|know|grasp|follow)? ?(?=why\b)/,
  /^it is (?:not clear|unclear|a mystery|a riddle)(?: to (?:me|us|anybody|anyone))? (?=why\b)/,
  /^(?:i|we) (?:have )?(?:never|not) (?:seen|heard of|met|come across) (?=\S)/,
  /^never (?:seen|heard of) (?=\S)/,
  // “I am new and do not know what seccomp is”.
  /^(?:[\w'-]{1,20} ){0,9}?(?:do|does|did|could|can) not (?:really |quite |even |yet |fully |exactly )*(?:know|understand|remember|tell|say|grasp|recall) (?=what (?:\S+ ){1,4}(?:is|are|means?|does|stands? for)(?: for| good for| about)?$)/,
  /^(?:[\w'-]{1,20} ){0,6}?(?:no|not the slightest|not a) (?:idea|clue) (?=what (?:\S+ ){1,4}(?:is|are|means?|does|stands? for)(?: for| good for| about)?$)/,
  /^for (?:control|requirement|section|chapter|clause|point|item|measure|question|row|line) [a-z]{0,3}[\d.]+ of (?:our|my|the|their) (?:\w+ ){1,3}?(?=(?:i|we) (?:would )?(?:need|want|like|must|have to|require)\b)/,
  /^for (?:the|our|my|an?|this) (?:[\w-]{1,16} )?(?:audit(?:ors?)?|records?|insurer|questionnaire|post-?mortem)(?: report| file)? (?=\S)/,
  /^(?:(?:on|at|by|in|next|this|today|tomorrow) (?:\w{1,12} ){0,5}?)?(?:i|we) (?:have to|must|need to|should|want to|will|am to|are to|am going to|are going to) (?:tell|explain to|report to|inform|show|answer|convince) (?:\w{1,14} ){1,3}?(?=(?:how|what|which|whether|if|where)\b)/,
  /^to (?=(?:explain|show|list|give|tell)\b)/,
  /^do (?:me|us) an? (?:\w+ )?favou?r(?: and| please)* (?=\S)/,
  /^be (?:an? (?:dear|darling|sweetheart|star|hero|friend)|so (?:kind|good|nice)|kind enough|nice|a good bot)(?: and| to| as to)? (?=\S)/,
  /^(?:is there )?(?:any|a|some) chance (?:of|for|to)(?: me| us)? (?:seeing|getting|having|see|get|have|knowing|know)(?: a look at)? (?=\S)/,
  /^while (?:it is|things are|everything is|we are|nobody is|all is)(?: \w{1,12}){1,3}? (?=(?:let us|please|can|could|i|we|scan|run|show|list|give)\b)/,
  /^(?:do|please do) the needful(?: and)? (?=\S)/,
  /^for (?:my|our|the|an?|this|today's)(?: [\w-]{1,20}){1,5}? (?=(?:i|we) (?:would )?(?:need|want|like|must|have to|require)\b)/,
  /^(?:as|being) (?:an? |the |your |our )?(?:[\w-]{1,20} ){1,4}?(?=(?:i|we) (?:would )?(?:need|want|like|must|have to|require|am|are)\b)/,
  /^(?:create|make|generate|build|prepare|compile|produce|write|draw up|put together|assemble|send|give)(?: me| us)? (?:an? |the )?(?:short |complete |full |quick |current )?(?:list|listing|overview|table|enumeration) (?:of|on|about|with|for) (?=\S)/,
  /^good (?:morning|afternoon|evening|day)(?: everyone| all| team| seawall)? (?=\S)/,
  /^(?:a |one |just a |another )?(?:quick|short|simple|stupid|dumb|silly|small|little) (?:question|one|thing)(?: for you)? (?=\S)/,
  /^(?:and )?(?:one|a|another)(?: more| last| final| quick| small)* (?:thing|question|favou?r)(?: for (?:you|today|now)| before (?:i|we) (?:leave|go|start|forget))* (?=\S)/,
  /^(?:sorry|excuse me|pardon)(?: to (?:bother|disturb|ask)(?: you)?)?(?: again)?(?: but)? (?=\S)/,
  /^just (?:checking|asking|wondering|curious|to be sure)(?: if| whether)? (?=\S)/,
  /^(?:please |can you |could you |would you )?help (?:me|us) (?:out(?: here)?|here) (?=\S)/,
  /^(?:can|could|would|will|may|might) (?:you|i|we|someone|somebody|anyone|anybody)(?: please| kindly| quickly| maybe| perhaps| just| here| in here)*(?: be so kind (?:as to|and))? (?:tell me|tell us|say|let me know|let us know|ask|find out|look up|check for me)(?: if| whether)? (?!about\b|more\b|everything\b|all\b|a\b)(?=\S)/,
  /^(?:can|could|will|would) (?:you|someone|somebody|anyone|anybody)(?: please| kindly| quickly| maybe| perhaps| just| also)* (?=(?:list|show|give|display|print|find|fetch|name|count|compare|inspect|describe)\b)/,
  /^(?:can|could|will|would) (?:you|someone|somebody)(?: please| kindly| quickly| maybe| just)* (?:look|check|see|verify|find out) (?:if |whether )?(?=(?:what|which|who|whom|whose|how|when|where|why)\b)/,
  /^(?:tell me|tell us|say|let me know|let us know)(?: please)?(?: if| whether)? (?=(?:what|which|who|whom|whose|how|when|where|why|is|are|do|does|did)\b)/,
  /^(?:i|we)(?: would| will| just| really| also| only| kind of| am| are)*(?: like| love| want| need| wish| curious| interested| trying| wondering| wonder| asking| dying| have)+(?: to)?(?: know| learn| find out| understand| ask| hear| check| see)*(?: about)?(?: you)?(?: if| whether)? (?=(?:what|which|who|whom|whose|how|when|where|why|if|whether|is|are|was|were|do|does|did|any)\b)/,
  /^(?:i|we)(?: would| will| just| really| also| only| kind of| am| are| like| love| want| need| wish| curious| interested| trying| wondering| asking| dying| have| must)+ (?:to|in) (?:know|knowing|learn|learning|find out|hear(?! about| of)|see|seeing|ask)(?: about)?(?: you)?(?: if| whether)? (?=\S)/,
  /^(?:do|does|would) (?:you|anyone|anybody|someone|somebody)(?: happen to| by any chance| maybe| perhaps| here)* (?:know|remember|see)(?: if| whether)? (?=(?:what|which|who|whom|whose|how|when|where|why|is|are|was|were|any)\b)/,
  /^(?:any|some) (?:idea|clue|chance(?: you know)?)(?: about)? (?=(?:what|which|who|how|when|where|why|if)\b)/,
  /^(?:i|we) (?:would|will|should) (?:be (?:very |really |most |so )?(?:grateful|thankful|glad|happy|obliged)|appreciate(?: it)?)(?: very much| a lot)? (?:for|if (?:you|somebody|someone) (?:could|can|would)|to (?:get|have|see|receive|know)) (?=\S)/,
  /^(?:it )?would be (?:very |really |so )?(?:great|nice|good|helpful|useful|lovely|awesome|perfect|fantastic) (?:if (?:you|i|we|somebody|someone) (?:could|can|would|might)|to (?:get|have|see|know))(?: please)?(?: show| tell| give| get| have| see| know)?(?: me| us)? (?=\S)/,
  /^(?:the |our |my |a |some )?(?:[\w-]{1,20} ){0,2}?(?:boss|manager|management|auditors?|customers?|clients?|legal|compliance|procurement|finance|marketing|sales|board|ceo|cto|ciso|cfo|dpo|team|lead|insurer|regulator|developers?|devs|colleagues?|tool|vendor|partner|department|people|officer|committee|ops|qa|hr|support|everyone|somebody|someone|they|he|she) (?:asked (?:me |us )?for|asks (?:me |us )?for|wants?|wanted|needs?|requests?|requires?|requested|would like|is asking for|are asking for|expects?)(?: to (?:see|have|get))? (?=(?:the|a|an|all|our|json|csv|sarif|sbom|spdx|cyclonedx|every|any)\b)/,
  /^(?:can|could|will|would) (?:you|someone|somebody)(?: please| kindly)? (?:confirm|verify|make sure|assure (?:me|us)|double check|reconfirm)(?: that| if| whether)? (?=(?:nobody|no one|there|all|none|the|our|we|is|are|it)\b)/,
  /^for (?:my|our|the|this|an?)(?: [\w-]{1,20}){1,4}? (?=(?:i|we) would (?:be|appreciate)\b)/,
  /^(?:for|my|our|the|a|an)(?: \w{1,20}){1,6}? (?:asks?|asked(?: me| us)?|wants? to know|wanted to know|is asking|would like to know|needs? to know|need to know|wonders?|wondered)(?: (?:(?:this|yesterday|last) (?:morning|afternoon|evening|night|week)|yesterday|today|again|earlier|just now|in (?:the|our) (?:\w{1,12} )?(?:standup|meeting|call)))*(?: if| whether)? (?=\S)/,
  /^(?:please )?remind (?:me|us)(?: again| please| quickly)* (?=(?:(?:at|on|in|to|from|of) )?(?:what|which|who|when|where|how|why)\b)/,
  // A decision, and who came to it.
  /^(?:so )?(?:i|we|they|the team|our team|management|the (?:risk )?(?:board|committee))(?: have| has| had| just| all| finally)* (?:decided|agreed|resolved|voted|concluded)(?: \w{1,12}){0,6}? to (?=(?:accept|waive|tolerate|exempt|attest|vouch|unaccept|withdraw|revoke|approve)\b)/,
  /^(?!(?:who|what|which|when|where|why|how|did|does|has|have|is|are|can|if|nobody|anyone|anybody|list|show|commands)\b)[\w-]{1,20}(?: \w{1,20}){0,4}? (?:asks?|asked(?: me| us)?|wants? to know|is asking|would like to know|needs? to know|wonders?|is wondering|(?:is|are) interested in|keeps? asking)(?: if| whether)? (?=(?:what|which|who|how|when|where|why|is|are|was|were|do|does|did|has|have|any|can)\b)/,
];
/** What people say behind it. */
const TRAILS: readonly RegExp[] = [
  / (?:before|for|ahead of|in time for|prior to|in preparation (?:of|for)) (?:the|our|my|a|an|this|next|tomorrow's|today's|tonight's) (?:[\w-]{1,16} ){0,3}?(?:call|meeting|review|audit|visit|standup|stand-up|presentation|deck|slides|workshop|demo|committee|board|retro|retrospective|handover|interview|appointment|briefing)(?: (?:at|on) [\w:.]{1,12}(?: o clock| am| pm)?| tomorrow| today| tonight| later| next week| this (?:morning|afternoon|evening))*$/,
  / (?:(?:my|our|the|an?) )?(?:meeting|call|slides?|presentation|talk|deadline|review|standup|demo|interview|board)(?: is| are| starts?| begins?| due)* in (?:\w+ ){1,3}(?:minutes?|mins?|hours?|days?)$/,
  / (?:due|needed|need (?:it|this|that)) in (?:\w+ ){1,3}(?:minutes?|mins?|hours?|days?)$/,
  / before (?:i|we) (?:answer|reply|talk|call|speak|respond|meet|present|leave|go|write|phone|ask)\b[\w\s'’-]{0,40}$/,
  / if (?:you|we|i) (?:only |just )?(?:had|have|get) (?:only |just )?\w+ (?:minutes?|hours?|days?)(?: left| for it)?$/,
  / on a scale (?:from|of) \S{1,8} to \S{1,8}$/,
  / (?:thanks|thank you|thx|many thanks)(?: a lot| so much| very much| in advance| again)+$/,
  / (?:it is|this is|that is)(?: really| very| quite| somewhat)? (?:urgent|important)$/,
  /,? (?:no (?:rush|hurry|stress)|whenever (?:you can|convenient)|take your time|asking for a friend|in your (?:language|words|world))(?: at all| here)?$/,
  / if (?:you please|you can|you could|possible|that is possible|you do not mind|i may ask|you know)$/,
  / (?:real|super|very|really) (?:quick|quickly|fast|soon)$/,
  / (?:for me|for us|as soon as possible|when you have time|when you can|i wonder|do you know|can you tell me|could you tell me)$/,
  / (?:please|pls|plz|thanks|thank you|thx|ty|cheers|kindly|guys|folks|mate|sir|bro|man|dude|(?<!\b(?:of|to|in|with|by|is|about|from|for|over|into|hacks?|hijacks?|compromises?) )seawall|urgent|asap|huh|eh|though|anyway|btw)$/,
];
/** “For redis on web1 please accept …”: what it is about, before what is asked. */
const FRONTED =
  /^((?:for|on|in|at|from|of|regarding|about|concerning) (?:[\w.=-]{1,40} ){1,7}?)(?:(?:please|pls|kindly|(?:can|could|would|will) you(?: please)?) |(?=(?:accept|unaccept|attest|withdraw|revoke|waive|approve|rotate) ))(\S.*)$/;
const ROUNDS_MAX = 8;

/**
 * A question without its greetings, excuses and thanks, and without who wants to know it. What has a word that `isName`
 * takes for a name is none of them: “before I patch web1, show the findings”.
 */
export function withoutManners(
  text: string,
  isName: (word: string) => boolean = () => false,
): string {
  const cut = (said: string) => (said.split(' ').some(isName) ? said : '');
  let rest = text;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = rest;
    for (const form of [...LEADS, ...TRAILS]) rest = rest.replace(form, cut);
    if (rest === before) break;
  }
  return rest.replace(FRONTED, (_all, about: string, asked: string) => `${asked} ${about.trim()}`);
}
