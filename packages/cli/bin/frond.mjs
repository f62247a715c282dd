#!/usr/bin/env node
import "@frond/network/loader";

const { main } = await import("../src/main.ts");
process.exitCode = await main(process.argv);
