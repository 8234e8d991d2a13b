import { wordSet } from './word-list.ts';

const words = `
metadata imds leaving alone exempt exempted excepted excepting skipped skipping omit omitted omitting barring minus sans exclude excluded excludes excluding excl counting whereas
able sing song accept accepted according account action actual add added additional additionally afford after afterwards ahead aim along already alter although amount
annual answer anymore apart apparently appear apply appreciate approach appropriate area arrange arrive article aside asking aspect assume assumption attached
attention august authority average avoid aware away background ball barely base based basic basis become becoming beginning behalf behave behind believe belong
benefit beside besides better beyond bin board body boot both bottom brand brief bright budget building busy button buy calendar call called calm careful carefully
carry case catch caught cause caution central ceo certain certainly chance chapter chat chief cio ciso class clear clearly client close closely colleague column
comfortable common compile complain complete completely complex comprehensive concern concerning concise condition conduct conference confirm consider considering
contact contain context continue contract contractor control conversation convince copy corner corporate correct correction cost council count couple course cover
covering creep critical cross crucial cto culprit curious customer cut daily danger dangerous dark data date deadline deal decent decide deeply definitely deliver
demand demanded demonstrate department depend depth describe desk despite detail determine deviate difficult dig directly director discover discuss display distinct
document doing dollar domain done doubt download draft drive drop due dummies dump duty each earlier early easily easy edge effect effectively effort either elsewhere
email emergency employee empty end engineer english enough ensure entire entirely entity enumerate environment equal equally especially essential establish euro evening
event eventually everyday evidence exact examination examine example excellent except excuse executive exist expect expectation expert explanation express expression
extend extensive extent external extra extreme eye face fact fair fairly fall familiar family fan fancy fast favour feel feet foot feeling felt figure file final finally finance
find fine finish firm first fit fix flag float floating floor flow focus follow following follows forbidden force foreign forget form formal format former forward found
fresh friday friendly frightening front fully function fun funny further future gather general generally gentle glad glance glimpse goal government grab grateful great
ground group guard guidance guideline guy half hand handed handle handy happy hard hardly head headline hear heard heart heavy heck hell hence hidden hide high highly
hint hold holiday honest honestly hopefully horrible hot hour house however huge human hundred hunt hurry idea identify ignore illustrate imagine immediate immediately
impact importance important impression improve include included including incoming indeed indicate individual inform information initial inquiry inspect insurance insurer
intend intention interest internal international introduce introduction investigate invite involve issue item january job join joint joke judge just keen keep kick
kid kindly knowledge lack lady language large lately later latest law lawyer lead leader league learn least leave left legal length let letter level lie life light like
likely limited line link list listen literally little live living load local logical longer loose lose lost lovely low lunch mail main mainly maintain major majority
management manager mandatory manner manual march mark market mass match material matter maximum maybe mean meaning meanwhile measure meet member mention mere merely merge
message messy method mid middle midway mind minimum minor miss mission mistake mix moment monthly mood mostly move multiple must mystery naked narrow nasty nation nature
near nearly neat necessary need needed neither nervous never nevertheless newer newest news nice nicely night nobody non none nor normal normally note notice number
numerous nutshell object observe obtain obvious obviously occasion occur occurred odd offer office officer official often older oncall only onto opinion opportunity
opposite option order ordinary organisation organization otherwise ourselves outline outside overall overview owe owner page paper paragraph part participant particular
partly party past patience pause pay peace people per percent perfect perform perhaps period person personal perspective phone phrase pick picture piece plain plan play
pleasant pleased pleasure plenty point policy polite poor popular position possess possibility possible possibly practical practice precise precisely prefer preferably
prepare present presentation presented presently press presumably pretty previous previously primary prior priority private probably problem proceed process produce
professional progress project proof proper properly property protect prove provide provided public purely purpose push quality quarter quarterly question quick quiet
random range rapid rapidly rarely rate rather raw react read readily ready real realise reality really rearrange reason reasonable reasonably recall receive recent
recently recommend record refer reference regard regarding regardless register regular regularly regulator relate related relation release relevant rely remain remaining
remark remember remind remote repeat replace reply report representative request requested require required requirement research respect respond response responsible
rest result return reveal review rich ride right roll room rough roughly round row rule rumour sadly safe sake sale same sample saturday save scared schedule science
scope season seat second secret section sector seek seem seen select senior sense sensible sentence separate serious seriously serve session set settle several shall
shape share sharp sheet shift shop short shortly shot show sick side sight significant signed silly similar simple simply since sit site situation size skip slack slide
slight slightly slow slowly small smart smooth social soft software solid solution solve somebody somehow someone sometimes somewhat somewhere soon sorry sound source
space speak special specific specifically specify speed spend split spot spring sprint staff stage stakeholder stand standard standup start state statement station stay
steady step stick still stone stop story straight straightforward strange strategy street stretch strict strictly strong structure student stuff stupid style subject
submit success such sudden suddenly sufficient suggest suggestion suitable summarise summarize summary summer sunday supervision supervisor supply support suppose supposed
supposing surely surprise survey suspect sweet switch table take talk target task tax teach tech technical technically technology tell temporary ten tend term terrible
test text thank theory thereby therefore thing think third thorough thoroughly though thought thread through throughout thus ticket tidy till tiny title today together
tomorrow tonight topic total totally touch touches tough toward town train transfer treat tricky trip trouble true truly trust truth try turn twice twist type typical
typically ugly ultimate unclear underneath understand understanding undertake unfortunately unit unless unlike unlikely until unusual upcoming update upper urgent urgently
usage useful user usual usually utmost vague valid value variety various vary vast vendor verify very via view visible visit visual vital voice wait walk wall war warm
waste watch way weak weekly weird welcome west wherever whether while whoever whole whom wide wife willing win wish within wonder wonderful wondering word work world worried
worry worse worst worth wrap write written wrong yeah year yearly yep yes yesterday yet young yourself zero
wtf eli5 fyi tldr deets pls imo gonna lol omg damn hmm heads meeting ring sec minute anyhow someplace thereof hereby herewith whatsoever please
procurement questionnaire trainee intern apprentice newcomer freelancer consultant supplier partner reseller landlord product producer marketing sales
purchasing compliance governance accounting controlling bookkeeper treasurer hr recruiter pentest pentester penetration postmortem retrospective retro
kickoff workshop webinar briefing debriefing walkthrough handover hand-over inherit inherited inherits stumble stumbled stumbles swear swears swore
insist insists insisted claim claims claimed repeats repeated vacation parental sabbatical love loves loved hate hates hated hoping hopes wishes
scoping documents documented documentation paperwork slides deck questionnaires surveys audit-proof certification certificate accreditation assessor
assessors inspector regulators authorities compliance-wise policies procedure procedures framework frameworks chapters annex appendix articles
paragraphs clause clauses tab cell folder binder archive minutes memo notes newsletter bulletin wiki confluence jira tickets backlog epic sprints
iteration milestone roadmap deadlines freeze window maintenance downtime outage outages incident incidents war-room bridge escalation escalated
escalate triage triaging pager shifts rota roster handoff perfectly ideal ideally brilliant awesome fantastic terrific superb cool grand marvellous
delighted unhappy sad angry annoyed annoying upset anxious afraid panic panicking panicked shocked surprised puzzled confused confusing stuck
devs belongs belonging compose dockerfile yaml yml helm ansible terraform pipeline pipelines repo repos branch branches desperate eager soc2 soc-2 soc iso iso27001 pci pci-dss pcidss hipaa gdpr nis2 dora tisax fedramp bsi sox cra itil
rn atm afaik iirc imho tbh fwiw ie eg i.e e.g etc asap eod cob eta btw ngl idk lmk nvm pfa ty tia cheers rgds regards sincerely
greetings salutations rahul priya anna peter paul maria john jane bob alice carol dave eve tom tim sara sarah lisa laura mike michael david daniel
thomas martin stefan julia sophie emma olga ivan yuki chen wei ahmed fatima mohammed carlos pedro jose luis ana lena felix lukas jonas kevin brian
steve susan karen linda nina eva hans klaus jürgen yours everyone's somebody's anybody's else's whatever whichever whenever thereafter beforehand
overnight nowadays hitherto henceforth hereinafter aforementioned respective respectively pursuant therein kindest humble humbly respected
respectfully honourable esteemed gentlemen ladies madam mister mrs revert needful prepone intimate intimation doubts clarification clarifications fill
filled filling praise praised thanked apologise apologize apologies pardon forgive bother bothering disturb interrupt morning's yesterday's week's
month's quarter's year's tonight's remembered forgot forgotten recalled reminded noticed noticing mentioned mentioning hearing rumours rumor rumors
gossip whisper colleague's boss's customer's auditor's sleep slept asleep awake wake woke tired coffee tea dinner breakfast home plane travel
travelling kids husband birthday wedding christmas easter holidays winter autumn promise promised promising convinced convincing argue argued argument
arguing debate debating dispute disputed discussion discussed discussing believed suspects suspected suspicion suspicious doubtful guess guessed
guessing assumed assuming estimate estimated finished finishing completing prepared preparing collecting collected collect gathering compiled
compiling drafting drafted asks telling tells saying says said talking talked talks speaking spoke spoken wrote writes writing reading figures figured
wrap-up follow-up check-in sign-off kick-off stand-up write-up clean-up heads-up one-pager follow-ups post-mortem pen-test go-live helpful helpfully promptly swiftly soonest earliest convenience purposes reasons favor interests junior principal deputy assistant
secretary receptionist analyst architect engineers developer developers programmer devops sysadmin operator operators tester testers designer managers
directors executives chair chairman founder cofounder cfo coo dpo ciso's vp svp investor investors shareholder shareholders banker underwriter
broker lawyers counsel attorney students professor teacher lesson thesis homework exam university school training trainer actually basically
essentially practically theoretically frankly personally officially formally informally
`;

/**
 * Words of everyday English. One that no phrase has is no slip of another, and says little about what a question
 * is about.
 */
export const ordinary: ReadonlySet<string> = wordSet(words);
