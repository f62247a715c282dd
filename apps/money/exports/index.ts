export { ETHER, QUOTE } from "../src/assets.ts";
export { assetOf, balances, gain, type Money, pay, payAll, received } from "../src/balances.ts";
export { credit, swap, swapped } from "../src/calls.ts";
