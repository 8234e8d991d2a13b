import { wordSet } from './word-list.ts';

const words = `
a an the him her his this that these those there here it its he she they them their theirs we us our ours i me my mine you your yours
is are was were be been being am do does did doing done has have had having can could will would shall should may might must
what which who whom whose when where why how if whether than then so too also and or but as at by for from in into of on onto off out
over per to toward towards under up upon with within without about above after again against all any both each every few more most
other some such only own same just very really quite still yet already ever even now today currently presently today recently lately
please pls plz kindly thanks thank thx cheers hey hi hello hallo good morning afternoon evening day dear ok okay um uh well so
tell show give get let list want need like know see find say ask question wonder wondering curious look check help
quickly quick briefly short brief exactly actually maybe perhaps possibly somehow simply basically anyway btw
moment right current present time while since until till before during between past last previous recent
one ones thing things stuff kind sort type bit lot lots many much number
anyone anybody someone somebody everyone everybody anything something everything nothing
seawall bot there's i'd i'm back me myself yourself themselves itself itself
team company infrastructure infra setup system systems place
running run runs mounting mount mounted use uses using used make makes made go goes going come comes take takes
interested auditor evidence purpose meeting boss manager customer colleague explain mean happen happens happening detail details name names called named
put able possible allow allowed allows seem seems look looks via ever anywhere somewhere
not no yes docker container containers host hosts server servers
across among around along together alongside toward least mostly especially particularly
think believe guess suppose hear hope sure worried worry
far long big old new first next latest whole entire complete full
whats s t re ve d ll m
ever whatsoever far today's right away mind would
currently different particular specific certain given single
please? wise two three four five six seven eight nine ten eleven twelve top best estate platform stack deployment landscape installation ago reach through folks guys mate buddy pal friend sir
dig pull bring open read grab fetch hand pass throw
hmm hm yo oh ah wow rn atm tldr getting gets got receive receives receiving received ie i.e eg e.g etc tbh fyi imho imo afaik iirc lmk upward upwards downward downwards
monday tuesday wednesday thursday friday saturday sunday yesterday weekend week month year hour minute midnight noon
january february march april june july august september october november december
`;

/** Words that every question may have and that say nothing by themselves. */
export const fillers: ReadonlySet<string> = wordSet(words);
