export { FIRST_SAMPLES, orbits, PROBE_PRICE } from "../src/orbits.ts";
