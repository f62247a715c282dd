export { exchange } from "../src/exchange.ts";
