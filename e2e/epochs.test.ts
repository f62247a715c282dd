import { afterAll, describe, expect, it } from "vitest";
import { frond, temporaryDirectory } from "./support/frond.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

describe("frond start --epochs 1 --json", () => {
  it("settles what the example clients did, prints one line, and ends", async () => {
    const { code, stdout, stderr } = await frond(
      "start",
      "--epochs",
      "1",
      "--json",
      "--port",
      "0",
      "--data",
      directory.path,
    );
    expect(stderr).toContain("claimed 0.25 ETH on L1");
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    const epoch = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(Object.keys(epoch)).toEqual([
      "epoch",
      "layers",
      "blocks",
      "transactions",
      "messages",
      "proofs",
      "gasUsed",
      "verifierGas",
      "provingSeconds",
      "wallSeconds",
      "rootBefore",
      "rootAfter",
      "l1Transaction",
    ]);
    expect(epoch).toMatchObject({ epoch: 1, layers: 1, transactions: 11 });
  }, 900_000);
});
