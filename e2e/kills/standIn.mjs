#!/usr/bin/env node
// A process of the coordinator as `frond start` runs it, but its proofs are stand-ins. It finds applications as `frond`
// does.
import "@frond/network/loader";

await import("./standIn.ts");
