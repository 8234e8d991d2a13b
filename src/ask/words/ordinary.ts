const words = `
able accept accepted according account action actual add added additional additionally afford after afterwards ahead aim along already alter although amount
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
extend extensive extent external extra extreme eye face fact fair fairly fall familiar family fan fancy fast favour feel feeling felt figure file final finally finance
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
`;

/**
 * Words of everyday English. One that no phrase has is no slip of another, and says little about what a question
 * is about.
 */
export const ordinary: ReadonlySet<string> = new Set(words.split(/\s+/).filter(Boolean));
