/** What tells in which container this program runs, as far as it can be known from inside. */
export interface OwnContainer {
  /** Its id, or as many of the first digits as are known. */
  id: string;
  /** True when a container whose network another has joined would say the same of itself. */
  isNetworkOwners: boolean;
}
