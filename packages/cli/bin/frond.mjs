#!/usr/bin/env node
import { Console } from "node:console";
import "@frond/network/loader";

// Libraries log to the console. Standard output holds what the command answers, and nothing else.
globalThis.console = new Console(process.stderr, process.stderr);
const { main } = await import("../src/main.ts");
const { endWith } = await import("../src/terminal/endWith.ts");
endWith(await main(process.argv));
