export { createSandbox, type Sandbox, type SandboxLayer } from "../src/createSandbox.ts";
export { exitTotals } from "../src/exitTotals.ts";
