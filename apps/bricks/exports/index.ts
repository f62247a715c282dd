export { bricks, SORTS } from "../src/bricks.ts";
