import { startAnvil } from "@frond/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { configPath, frond, ports, temporaryDirectory } from "./support/frond.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

describe("frond start --epochs 1 --json", () => {
  it("settles what the example clients did, prints one line, and ends", async () => {
    const { code, stdout, stderr } = await frond(
      "start",
      "--epochs",
      "1",
      "--json",
      ...ports,
      "--config",
      configPath("steady"),
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
      "registered",
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
      "leftOut",
    ]);
    expect(epoch).toMatchObject({ epoch: 1, layers: 1, transactions: 11 });
  }, 900_000);
});

it("never deploys the development reference string on a chain that is not local", async () => {
  const anvil = await startAnvil({ chainId: 1234 });
  process.env.FROND_L1_PRIVATE_KEY = `0x${"12".repeat(32)}`;
  const ended = await frond(
    "start",
    "--l1",
    anvil.url,
    ...ports,
    "--config",
    configPath("steady"),
    "--data",
    `${directory.path}/public`,
  );
  await anvil.stop();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("Chain 1234 is not a local chain");
  expect(ended.stderr).toContain("Use the ignition reference string (--crs ignition)");
}, 900_000);
