import type { WordList } from './word-list.ts';

/** What people want to see of containers, images and the past. */
export const looks: WordList = {
  CONTAINER:
    'container|workload|service|docker container|running container|docker|app|application|instance|pod|dockers|task|ones|one|running containers|thing|things|anything|something|what runs|stuff',
  RUN: 'pulled|deployed|launched|created|created from|made from|run|runs|ran|running|ran as|was running|were running|been running|started|start|starts|live|lived|up|active|execute|executing|operate',
  LIST: 'list|show|display|enumerate|print|give me|overview|show me|get me|find|which|tell me which|what|who|all|every|any|count|how many|number of',
  HOW_MANY: 'how many|number of|count|how much|amount of|total',
  INSPECT:
    'doing|inspect|tell me about|details|detail|about|describe|look at|information|info|everything about|everything you know|everything you know about|know about|deep dive|dig into|look into|show me|show|more on|facts|summary of|summarise|summarize|report on|state of|up with|status of|wrong with|problem with|problems with|issues with|check out|going on with|profile|full picture|look closely|close look|overview of|wrong|drill down|drill into|examine|information on|story|let me see|zoom in on|story of|happening with|pull up|bring up|more about|learn about|talk me through|walk me through|break down|rundown|lowdown|low down|view',
  OK_THING:
    'safe|secure|ok|okay|fine|healthy|risky|dangerous|vulnerable|insecure|hardened|good|bad|well configured|misconfigured|in good shape|unsafe|risk|compliant|well protected|harmless|in trouble|trouble|at risk|trustworthy|clean|configured|sound|well secured',
  EXPLAIN:
    'explain|mean|means|meaning|meant|define|definition|what is|what are|what does|what do|describe|understand|tell me about|tell me what|teach me|learn about|purpose|purpose of|point of|stand for|what exactly is|eli5|what exactly are|tell me more about|explanation|know more about|more about|elaborate|clarify|what the heck is|about|background on|idea of|concept of|what is meant by|info on|information on|read up on|details on|how does|how do|what good is|what good are|help me understand|information about|details about|introduction to|rationale|refer to|refers to|remind me what|what was|enlighten me|it called|called',
  WHY: 'why|how come|for what reason|what is the reason|reason for|reason why|reason|what makes|what caused|because of what|cause|how did it come|rationale|on what grounds',
  BAD: 'bad|dangerous|risky|a problem|problem|harmful|insecure|unsafe|matter|matters|important|care|worry|worrying|big deal|danger|dangers|discouraged|bad idea|serious|severe|risk of|forbidden|need|needed|necessary|require|required|should|not allowed|recommended|so bad|an issue|wrong|the risk|what is wrong|frowned upon|avoid|avoided|critical|concern|concerned|threat|important to|worse|good idea|useful|good practice|unwise|happen if|harm|hurt|bad practice|disadvantage|downside|not good|evil|worried|consequences|implications|so dangerous',
  FIX: 'fix|fixed|fixing|remediate|remediation|solve|solving|resolve|resolving|mitigate|mitigation|repair|correct|address|get rid of|harden|prevent|avoid|secure|remedy|close|pass|comply|satisfy|turn on|enable|set|setup|configure|eliminate|clear|comply with|meet|stop|lock down|limit|restrict|drop|remove|disable|change|solution|solutions|cure|make compliant|rectify|patch|implement|work around|workaround|turn off|take away|switch on|deal with|tackle|handle|advice on|advice|protect against|add|protect',
  HOW_TO:
    'how do i|how can i|how to|how do we|how can we|how should i|how should we|how would i|how would we|what should i do about|what should we do about|what do i do about|what do we do about|what can i do about|what can we do about|what to do about|steps to|step to|way to|ways to|best way|what is the fix|what is the remedy|fix for|remedy for|solution for|solution to|remediation for|remediation of|how does one|help me|how might i|what is needed to|instructions|tell me how|show me how|how could i|how could we|guide me|what would fix|what fixes|recommended fix|suggested fix|what do i need to|what must i|what must we do|how is|how are|what helps against|advice on|advise|how does someone|what can be done about|what is the solution',
  CONTROLS:
    'process control|process controls|control|controls|kernel control|kernel controls|security control|security controls|hardening|confinement|confined|protections|protection|guard rails|guardrails|kernel hardening|kernel protection|restrictions|kernel restrictions|kernel features|security features|controlled|safeguard|safeguards|sandbox|sandboxed|sandboxing|restricted|restraints|security mechanisms|security measures|defences|defenses',
  EFFECTIVE:
    'really|actually|enforced|enforce|effective|effectively|in force|in effect|truly|in reality|in practice|kernel|the kernel|real|applied|active|on|kernel says|according to the kernel|configured versus effective|configured and effective|configured against effective|configured vs effective|measured|take effect|takes effect|loaded|enabled|holding|hold|holds|work|works|working|configured|in truth|kernel actually|genuinely|kept|honoured|honored|take hold|in place|for real|actual|kick in|verified|turned on|switched on|say|says',
  CAPS: 'capability|linux capability|cap|caps|kernel capability|capabilities',
  ESCAPE:
    'escape|escapes|escaping|break out|breaks out|breaking out|breakout|break free|get out|gets out|escape to|take over the host|take over the machine|takeover the host|compromise the host|compromise its host|own the host|root on the host|get root on the host|get root on|gain root on|get to the host|get onto the host|get on the host|path to the host|way to the host|ways to the host|paths to the host|reach root|jailbreak|jump to the host|attack the host|attack path|attack paths|hijack the host|become root on the host|control the host|way out|get control of the host|hop to the host|take control of the host|way from a container to the host|route to the host|routes to the host|path to root|paths to root|damage the host|harm the host|paths from containers to the host|take control of|take over|take over its host|gain control of the host|seize the host|take over the server|take the host over|jump out|get at the host|threaten the host',
  ISOLATED:
    'how far|far from|isolated|isolation|isolate|isolates|separated|separate|separation|air gap|air gapped|walled off|isolation level|contained|containment|share a kernel|share the kernel|shared kernel|shares the kernel|share the host kernel|namespaced|sealed off|cut off from|shares a kernel|sharing the kernel|namespaces|share|kernel sharing|shielded',
  VM: 'virtual machine|virtual machines|vm|vms|hypervisor|hypervisors|gvisor|runsc|kata|kata containers|hyper v|micro vm|microvm|firecracker|real vm|sandboxed runtime|which runtime|container runtime|runc|virtualisation|virtualization|runtime|runtimes',
  UNDER: 'under|with|use|uses|using|inside|via|on top of|used',
  SURFACE:
    'software inventory|inventory|inventory of software|attack surface|surface|attackable|surface area|attack area|exposed surface|exposure surface|footprint|attack surfaces',
  PORT: 'port|open port|listening port|outward port|ports open|tcp port|network port|ports|open ports|listening ports|exposed port|listener|listeners|listening|listens|listen|listen on|published port|exposed ports|published ports',
  OPEN: 'open|opened|listening|exposed|expose|exposes|listen|listens|accessible|published|outward|public|publish|publishes|in use|reachable|bound',
  SETUID:
    'set uid|setuid|suid|setgid|set uid file|setuid file|setuid binary|suid binary|suid file|set uid binary|setuid program|setuid files|setuid binaries|suid binaries|sgid|set uid files|set uid programs|files with setuid bit|setuid bit',
  PROCESS: 'process|processes|running process|running processes',
  VERSIONS:
    'how many versions|which versions|what versions|versions of|different versions|version of|which version|what version|versions|version|how many copies|copies|copies of|how many different|variants|releases of|flavours|releases|which release|what release|builds',
  SOFTWARE:
    'software|package|packages|library|libraries|program|programs|software inventory|component|components|dependency|dependencies|libs|lib|tool|tools|binary',
  INSTALLED:
    'installed|install|where|have|has|contains|contain|containing|which containers have|find|ship|ships|include|includes|carry|carries|come with|comes with|present|bundle|bundles|located|list|in use|used',
  IMAGE: 'image|docker image|container image|base image|images',
  CRITICAL_VULN:
    'critical vulnerability|critical cve|critical vulnerabilities|critical security hole|critical security vulnerability|critical advisory|critical hole|severe vulnerability|serious vulnerability|worst vulnerability|worst vulnerabilities|critically vulnerable|critical flaw|critical security flaw|critical advisories|critical bug|critical weakness|critical security issue|critical holes|critical security holes|with critical|have critical|critical severity|worst cves',
  EXPLOITED:
    'known exploited|known to be exploited|actively exploited|exploited|kev|exploited in the wild|being exploited|in the wild|exploits in the wild|known exploits|known exploit|cisa kev|kev list|attackers use|attackers exploit|already exploited|kev catalog|kev catalogue|exploit available|under active exploitation|active exploits|active exploitation|currently exploited|exploited today|exploit exists',
  VULN: 'vulnerability|vulnerabilities|cve|cves|security hole|security holes|advisory|vuln|vulns|flaw|flaws|security flaw|security bug|known vulnerability|known vulnerabilities|weakness|weaknesses|exploit',
  UNUSED:
    'unused|not used|not in use|nobody uses|no one uses|not being used|not used any more|not used anymore|are not used|dangling|no longer used|no longer in use|not needed|unneeded|orphaned|no container uses|used by nothing|used by nobody|used by no container|used by no one|without containers|without a container|without any container|not needed anymore|leftover|left over|unreferenced|nothing uses|that nothing uses|idle|can be deleted|could delete|can i delete|could be deleted|could be removed|safe to delete|lying around|no longer needed|never used|sitting around|waste',
  OLD: 'old|older|oldest|stale|ancient|outdated|out of date|aged|aging|dated|not rebuilt|not been rebuilt|not updated|not been updated|rebuilt|built|created|age|made|from',
};
