import { expect, test } from "vitest";
import { createLogger, type LogEntry } from "./logger.ts";

test("entries below the level are dropped", () => {
  const entries: LogEntry[] = [];
  const logger = createLogger({ level: "warn", sink: (entry) => entries.push(entry) });
  logger.info("no");
  logger.warn("yes", { time: 3 });
  logger.error("yes too");
  expect(entries.map(({ level, message, fields }) => ({ level, message, fields }))).toEqual([
    { level: "warn", message: "yes", fields: { time: 3 } },
    { level: "error", message: "yes too", fields: {} },
  ]);
});
