import { setFlagsFromString } from "node:v8";

// Import this before the compiler of Noir: 11 MB of WebAssembly, run for some seconds. Optimizing it takes a second
// core longer than it saves.
setFlagsFromString("--liftoff-only");
