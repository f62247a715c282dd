export { bricks, SORTS } from "../src/bricks.ts";
export { COLOURS, type Colour, describeKind, KINDS, kindOf, MATERIALS, type Material } from "../src/kinds.ts";
export { sizes } from "../src/sizes.ts";
