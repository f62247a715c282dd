export { FIRST_SAMPLES, orbits, PROBE_PRICE } from "../src/orbits.ts";
export { sizes } from "../src/sizes.ts";
export { STEP_MILLISECONDS } from "../src/world.ts";
