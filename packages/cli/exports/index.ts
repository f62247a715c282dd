export { createProgram, main } from "../src/main.ts";
