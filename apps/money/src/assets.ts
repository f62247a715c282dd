/** What L1 calls ether, and the first token that was registered there. */
export const ETHER = 1;
export const QUOTE = 2;
