export { desk } from "../src/desk.ts";
export { sizes } from "../src/sizes.ts";
