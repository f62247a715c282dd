import "../loader/register.mjs";

await import("./layerProcess.ts");
