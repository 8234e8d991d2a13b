import { wordSet } from './word-list.ts';

const ofNone = `
open close book email mail invite ssh login fix patch kill delete remove restart reboot deploy upgrade harden clean
cleanup prune wipe erase destroy isolate quarantine disconnect terminate redeploy clone downgrade evict drain
nuke throttle clear retag resize purge
`;
const ofSome = `
revert file raise stop install uninstall update pull build launch shut shutdown migrate rename order buy write
translate sing play call pause unpause resume scale rollback roll create make add drop block ban format copy upload
push merge commit encrypt decrypt hack attack log reset rotate change edit modify set turn tail start spin provision
connect mount unmount chmod sudo cook draw generate pay sell send schedule remind google secure run enable disable
accept waive suppress approve attest vouch revoke unaccept withdraw retract mute exempt
`;

/** Verbs of a request that no line which only shows something makes use of. */
export const shownByNone: ReadonlySet<string> = wordSet(ofNone);
/** What Seawall never does, or what somebody has to decide, as the verb of a request; none is a misspelt word. */
export const deeds: ReadonlySet<string> = wordSet(ofNone + ofSome);
