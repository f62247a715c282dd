import "../loader/register.mjs";

await import("./layerThread.ts");
