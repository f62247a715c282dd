import { expect, test } from "vitest";
import { committed } from "./committed.ts";

test("a failed write handles the reason that rejects later, and rejects as before", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    let rejectReason: (reason: Error) => void = () => undefined;
    const commitError = new Promise<never>((_resolve, reject) => {
      rejectReason = reject;
    });
    const failure = Object.assign(new Error("Commit failed"), { commitError });
    await expect(committed(Promise.reject(failure))).rejects.toBe(failure);
    rejectReason(new Error("File too large"));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});
