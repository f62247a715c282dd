export { createSandbox, type SandboxLayer } from "../src/createSandbox.ts";
