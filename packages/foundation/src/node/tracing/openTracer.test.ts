import { execFileSync } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClosing, createLogger, type LogEntry, noTracer, until } from "@frond/foundation";
import { afterEach, expect, test } from "vitest";
import { openTracer } from "./openTracer.ts";

const closing: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const { close } of closing.splice(0)) await close();
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
});

/** A receiver that does with requests what it is told, and a tracer for it. */
async function startTracer(listener: RequestListener) {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = createClosing();
  own.add(async () => {
    server.closeAllConnections();
    server.close();
  });
  closing.push(own);
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.OTEL_BSP_SCHEDULE_DELAY = "10";
  const entries: LogEntry[] = [];
  const logger = createLogger({ level: "info", sink: (entry) => entries.push(entry) });
  return { tracer: await openTracer({ part: "layer", logger }), entries };
}

test("off by default: nothing is loaded, and spans are none", async () => {
  const tracer = await openTracer({ part: "layer" });
  expect(tracer).toBe(noTracer);
  expect(tracer.begin("transaction")).toBeUndefined();
  const script = `
    import { createRequire } from "node:module";
    import { openTracer } from "@frond/foundation/node";
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes("@opentelemetry"));
    await openTracer({ part: "layer" });
    const before = loaded();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:9";
    await openTracer({ part: "layer" });
    process.stdout.write(JSON.stringify([before, loaded()]));`;
  const argv = ["--import", "tsx", "--input-type=module", "--eval", script];
  expect(JSON.parse(execFileSync(process.execPath, argv, { encoding: "utf8" }))).toEqual([false, true]);
});

test("a receiver that hangs delays nothing: spans wait up to a bound, and the end does not wait", async () => {
  const held: (() => void)[] = [];
  let received = 0;
  const { tracer } = await startTracer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    held.push(() => {
      received += (
        Buffer.concat(chunks)
          .toString()
          .match(/"spanId"/g) ?? []
      ).length;
      response.end("{}");
    });
  });
  tracer.start("first")?.end();
  await until(() => held.length === 1, { everyMilliseconds: 5, withinMilliseconds: 5_000 });
  const startedAt = performance.now();
  for (let i = 0; i < 10_000; i++) tracer.start("span", { attributes: { number: i } })?.end();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  held.shift()!();
  await until(() => held.length > 0, { everyMilliseconds: 5, withinMilliseconds: 5_000 });
  const closed = performance.now();
  await tracer.close();
  expect(performance.now() - closed).toBeLessThan(3_000);
  for (const answer of held) answer();
  expect(received).toBeGreaterThan(1);
  expect(received).toBeLessThanOrEqual(2_049);
});

test("a receiver that refuses loses spans, which is said once, and once that it takes them again", async () => {
  let status = 400;
  let requests = 0;
  const { tracer, entries } = await startTracer((request, response) => {
    requests++;
    request.resume();
    response.writeHead(status).end("{}");
  });
  const sendOne = async () => {
    const before = requests;
    tracer.start("span")?.end();
    await until(() => requests > before, { everyMilliseconds: 5, withinMilliseconds: 5_000 });
  };
  await sendOne();
  await sendOne();
  status = 200;
  await sendOne();
  await until(() => entries.length >= 2, { everyMilliseconds: 5, withinMilliseconds: 5_000 });
  expect(entries.map(({ level, fields }) => [level, fields.lost])).toEqual([
    ["warn", undefined],
    ["info", 2],
  ]);
  await tracer.close();
});

test("what is open is bounded, and a parent that is none has no spans", async () => {
  const { tracer } = await startTracer((_request, response) => response.end("{}"));
  expect(tracer.start("below", { parent: "nothing" })).toBeUndefined();
  const open = Array.from({ length: 5_000 }, () => tracer.start("open")).filter((span) => span !== undefined);
  expect(open).toHaveLength(4_096);
  open[0]!.end();
  open[0]!.end();
  expect([tracer.start("one more"), tracer.start("none")].map((span) => span !== undefined)).toEqual([true, false]);
  await tracer.close();
});
