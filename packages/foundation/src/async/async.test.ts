import { describe, expect, test, vi } from "vitest";
import { FrondError } from "../error.ts";
import { createLogger, type LogEntry } from "../logger.ts";
import { createAnswers } from "./createAnswers.ts";
import { createClosing } from "./createClosing.ts";
import { retry } from "./retry.ts";
import { sleep } from "./sleep.ts";
import { until } from "./until.ts";

const LONG = 60_000;

describe("sleep", () => {
  test("takes its time, and ends early when aborted", async () => {
    const stop = new AbortController();
    const started = performance.now();
    await sleep(20);
    expect(performance.now() - started).toBeGreaterThanOrEqual(19);
    const sleeping = sleep(LONG, { signal: stop.signal });
    stop.abort();
    await sleeping;
    await sleep(LONG, { signal: stop.signal });
    expect(performance.now() - started).toBeLessThan(LONG);
  });
});

describe("until", () => {
  test("gives the first answer that is one; 0 and an empty text are answers", async () => {
    const answers = [undefined, null, false, 0, 1];
    expect(await until(() => answers.shift(), { everyMilliseconds: 1 })).toBe(0);
    expect(await until(async () => "")).toBe("");
  });

  test("asks once more when the time is over, then throws", async () => {
    const condition = vi.fn(() => false);
    const options = { what: "rain", everyMilliseconds: LONG, withinMilliseconds: 10 };
    await expect(until(condition, options)).rejects.toMatchInlineSnapshot(
      "[NotInTimeError: Waited 10 ms for rain, in vain. Look at what should have caused it, or wait longer.]",
    );
    expect(condition).toHaveBeenCalledTimes(2);
  });

  test("rejects with the reason of the signal", async () => {
    const stop = new AbortController();
    const waiting = until(() => false, { everyMilliseconds: LONG, signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("retry", () => {
  test("logs the error that is ours, below what a library wraps it in", async () => {
    const reasons: unknown[] = [];
    const logger = createLogger({ level: "debug", sink: ({ fields }) => void reasons.push(fields.reason) });
    const ours = new FrondError({ code: "test/limit", message: "Too many requests. Wait." });
    let attempts = 0;
    const attempt = async () => {
      if (++attempts === 1) throw new Error("A long text of a library", { cause: ours });
    };
    await retry(attempt, { what: "Reading", logger, pauseMilliseconds: 1 });
    expect(reasons).toEqual(["Too many requests. Wait."]);
  });

  test("tries until it succeeds, waits twice as long each time, and says so", async () => {
    const entries: LogEntry[] = [];
    const logger = createLogger({ level: "warn", sink: (entry) => entries.push(entry) });
    const failing = async (number: number) => {
      if (number < 5) throw new Error(`no ${number}`);
      return number;
    };
    const pauses = { pauseMilliseconds: 1, longestPauseMilliseconds: 3 };
    expect(await retry(failing, { what: "Reading", logger, ...pauses })).toBe(5);
    expect(entries.map(({ message, fields }) => `${message}: ${fields.reason}`)).toEqual([
      "Reading failed; trying again in 0.001 s: no 1",
      "Reading failed; trying again in 0.002 s: no 2",
      "Reading failed; trying again in 0.003 s: no 3",
      "Reading failed; trying again in 0.003 s: no 4",
    ]);
  });

  test("throws a final error, and the last one of so many attempts", async () => {
    const attempt = vi.fn(async () => {
      throw new Error("no");
    });
    const options = { what: "Reading", pauseMilliseconds: 1 };
    await expect(retry(attempt, { ...options, isFinal: () => true })).rejects.toThrow("no");
    expect(attempt).toHaveBeenCalledTimes(1);
    await expect(retry(attempt, { ...options, attempts: 3 })).rejects.toThrow("no");
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  test("an abort ends it at once, in an attempt and between two", async () => {
    for (const attempt of [() => new Promise<never>(() => {}), () => Promise.reject(new Error("no"))]) {
      const stop = new AbortController();
      const trying = retry(attempt, { what: "Reading", signal: stop.signal, pauseMilliseconds: LONG });
      await sleep(5);
      stop.abort(new Error("enough"));
      await expect(trying).rejects.toThrow("enough");
    }
  });
});

describe("answers", () => {
  test("reach who asked, whatever their order; late and foreign ones reach nobody", async () => {
    const answers = createAnswers<string, string>();
    const [one, two] = [answers.expect("first"), answers.expect("second")];
    expect(answers.kept(two.id)).toBe("second");
    expect([answers.resolve(two.id, "2"), answers.resolve(one.id, "1")]).toEqual([true, true]);
    expect(await Promise.all([one.answer, two.answer])).toEqual(["1", "2"]);
    expect([answers.resolve(one.id, "again"), answers.resolve("7", "x"), answers.reject(null, new Error())]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("are given up after their time, or when nobody will answer", async () => {
    const answers = createAnswers<string, string>();
    const late = answers.expect("a", { withinMilliseconds: 5, lateError: () => new Error("late") });
    await expect(late.answer).rejects.toThrow("late");
    const [a, b] = [answers.expect("a"), answers.expect("b", { withinMilliseconds: LONG })];
    answers.rejectAll(new Error("a has gone"), (kept) => kept === "a");
    await expect(a.answer).rejects.toThrow("a has gone");
    expect(answers.size).toBe(1);
    answers.rejectAll(new Error("all have gone"));
    await expect(b.answer).rejects.toThrow("all have gone");
    expect(answers.size).toBe(0);
  });
});

describe("closing", () => {
  test("closes the newest first, one after the other, once", async () => {
    const log: string[] = [];
    const closing = createClosing();
    for (const name of ["a", "b"]) {
      closing.add(async () => {
        log.push(`${name} begins`);
        await sleep(1);
        log.push(`${name} ends`);
      });
    }
    await Promise.all([closing.close(), closing.close()]);
    await closing.close();
    expect(log).toEqual(["b begins", "b ends", "a begins", "a ends"]);
  });

  test("closes all though one fails, and what is opened late", async () => {
    const log: string[] = [];
    const closing = createClosing();
    closing.add(() => log.push("first"));
    closing.add(() => Promise.reject(new Error("stuck")));
    await expect(closing.close()).rejects.toThrow("stuck");
    closing.add(() => log.push("late"));
    await closing.close();
    expect(log).toEqual(["first", "late"]);
  });
});
