export { desk } from "../src/desk.ts";
