export { ETHER, QUOTE } from "../src/assets.ts";
export { credit, swap, swapped } from "../src/calls.ts";
