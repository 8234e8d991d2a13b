/** A kind of question, as the phrases that must all be in it, and the line that answers it. */
export interface Kind {
  /** The command and its fixed words; clauses for host and time are added. */
  line: string;
  /** Of each entry one phrase must be there, parted by `|`, in any order. */
  all: readonly string[];
  /** Other words that fit, and need not be there. */
  with?: string;
  /** What the question must name, for the words of the line; without it, no container may be named. */
  names?: 'container' | 'rule and container' | 'host';
  /** Phrases with which it is another question. */
  not?: string;
  /** True where the question must name a time. */
  isOfTime?: boolean;
  /** How well it fits; 0.95 when left out. */
  score?: number;
  /** True for a general answer, which a word that it leaves unused speaks against all the more. */
  isBroad?: boolean;
}

/** What people call a container. */
export const HAS_CONTAINER = 'container|workload|service|app|application|pod|instance|docker';
/** Ways to say that something is not as it was approved. */
export const DRIFT =
  'drift|approved baseline|its approved baseline|the approved baseline|match its approved baseline|vs its baseline|versus its baseline|compared to its baseline|compared with its baseline|to its baseline|its approved state|out of baseline|outside of baseline|outside baseline|outside of its baseline|not as approved|not like approved|unlike its baseline|unlike their baseline|unlike the baseline|drifted|drifts|drifting|off baseline|from baseline|from its baseline|from their baseline|from the baseline|match its baseline|match their baseline|match the baseline|like its baseline|against baseline|against its baseline|against the baseline|against their baseline|approved state|deviate|deviates|deviated|deviation|as approved|still as approved|changed by hand';
