import "@frond/network/loader";

const { silentLogger } = await import("@frond/foundation");
const { untilStopped } = await import("../commands/untilStopped.ts");
const { endWith } = await import("../terminal/endWith.ts");

const NEVER = new Promise(() => {});
setInterval(() => {}, 1_000); // What hangs keeps the process.
const [, , phase] = process.argv;

const service = {
  what: "The service",
  async start() {
    if (phase !== "starts") return "started";
    process.stdout.write("starting\n");
    return await NEVER;
  },
  work() {
    process.stdout.write("working\n");
    return NEVER;
  },
  close: () => NEVER,
  logger: silentLogger,
  closeMilliseconds: 100,
};
endWith(
  await untilStopped(service).then(
    () => 0,
    () => 1,
  ),
);
