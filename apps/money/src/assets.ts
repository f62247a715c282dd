/** L1's numbers of ether and of the first registered token. */
export const ETHER = 1;
export const QUOTE = 2;
