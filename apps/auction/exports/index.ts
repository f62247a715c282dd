export { auction, EXTENSION_MILLISECONDS, LONGEST_MILLISECONDS } from "../src/auction.ts";
export { sizes } from "../src/sizes.ts";
