// The kinds of bricks alone: pages load them without the application.
export { COLOURS, describeKind, KINDS } from "../src/kinds.ts";
