#!/usr/bin/env node
import "../../network/src/loader/register.mjs";

const { main } = await import("../src/main.ts");
process.exitCode = await main(process.argv);
