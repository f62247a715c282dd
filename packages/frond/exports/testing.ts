export { createSandbox, type Sandbox, type SandboxLayer } from "@frond/money/testing";
