/** Members of a committee: leaves of the tree of its keys (`COMMITTEE_DEPTH` of the protocol). */
export const MOST_MEMBERS = 16;
/** Words that a block can leave to its committee: more than a circuit of 2^20 gates can hash. */
export const MOST_WORDS = 32_768;
