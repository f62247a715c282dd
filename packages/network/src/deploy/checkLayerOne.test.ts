import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Anvil, DURATIONS, type Durations, startAnvil } from "@frond/contracts";
import { generatePrivateKey } from "viem/accounts";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { NetworkFile } from "../directory/networkFile.ts";
import { openLayerOne } from "../layerOne/openLayerOne.ts";
import { checkLayerOne } from "./checkLayerOne.ts";

/** The first account of anvil, which has ether. */
const RICH = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const dataDirectory = mkdtempSync(join(tmpdir(), "frond-l1-"));
const anvils: Anvil[] = [];

beforeAll(async () => {
  anvils.push(await startAnvil({}), await startAnvil({ chainId: 1234 }));
});
afterAll(async () => {
  await Promise.all(anvils.map((anvil) => anvil.stop()));
  rmSync(dataDirectory, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

async function check(
  anvil: Anvil,
  {
    key = RICH,
    known,
    referenceString = "development",
    tokens,
    seconds = {},
  }: Partial<Parameters<typeof checkLayerOne>[1]> & {
    key?: string;
    tokens?: readonly `0x${string}`[];
    seconds?: Partial<Durations>;
  },
): Promise<void> {
  vi.stubEnv("FROND_L1_PRIVATE_KEY", key);
  const l1 = await openLayerOne({
    url: anvil.url,
    dataDirectory,
    confirmations: 0,
    allowedOrigins: [],
    maxFeePerGas: 100_000_000_000n,
  });
  const config = { durations: { ...durations, exclusiveSeconds: 0, ...seconds }, tokens };
  await checkLayerOne(l1, { known, config, referenceString });
}

const durations = Object.fromEntries(
  Object.entries(DURATIONS).map(([name, bounds]) => [name, bounds.default]),
) as Durations;

const TOKENS = [`0x${"aa".repeat(20)}`, `0x${"bb".repeat(20)}`] as const;
const token = (address: `0x${string}`) => ({ address, symbol: "T", decimals: 18, isTest: false });

const network = (changes: Partial<NetworkFile>): NetworkFile =>
  ({ chainId: 31337, referenceString: "development", settlement: `0x${"11".repeat(20)}`, ...changes }) as NetworkFile;

it("accepts a local chain, and another one with the real reference string", async () => {
  await check(anvils[0]!, {});
  await check(anvils[1]!, { referenceString: "ignition", tokens: [] });
});

it("takes durations of seconds on a local chain only", async () => {
  const seconds = { upgradeSeconds: 60 };
  await check(anvils[0]!, { seconds });
  await expect(check(anvils[1]!, { seconds, referenceString: "ignition", tokens: [] })).rejects.toThrow(
    "upgradeSeconds is 60, and on chain 1234 the contract takes nothing below 1299601: more than forcedSeconds, freezeGraceSeconds and retireSeconds together. Write at least 1299601",
  );
});

it("takes no notice of an upgrade that is shorter than the way out", async () => {
  const seconds = { forcedSeconds: 16 * 86_400 };
  await check(anvils[0]!, { seconds });
  const referenceString = "ignition";
  await expect(check(anvils[1]!, { seconds, referenceString, tokens: [] })).rejects.toThrow(
    /takes nothing below 2595601/,
  );
  const upgradeSeconds = 2_595_601;
  await check(anvils[1]!, { seconds: { ...seconds, upgradeSeconds }, referenceString, tokens: [] });
});

it("refuses a chain that is not local for a configuration that names no tokens", async () => {
  await expect(check(anvils[1]!, { referenceString: "ignition" })).rejects.toMatchObject({
    code: "network/tokens-unnamed",
    data: { chainId: 1234 },
  });
});

it("refuses the development reference string on a chain that is not local", async () => {
  await expect(check(anvils[1]!, {})).rejects.toMatchObject({ code: "contracts/development-reference-string" });
});

it("refuses an account that can't pay for deploying", async () => {
  await expect(check(anvils[0]!, { key: generatePrivateKey() })).rejects.toMatchObject({ code: "network/no-ether" });
});

it.each([
  ["chain", network({ chainId: 1 })],
  ["reference string", network({ referenceString: "ignition" })],
  ["L1", network({})],
])("refuses an L1 without the contracts of the network: another %s", async (what, known) => {
  await expect(check(anvils[0]!, { known })).rejects.toMatchObject({
    code: "network/network-mismatch",
    data: { what },
  });
});

it("refuses other tokens than those of the network, and another order of them", async () => {
  const known = network({ tokens: TOKENS.map(token) });
  for (const tokens of [[], [TOKENS[1], TOKENS[0]]])
    await expect(check(anvils[0]!, { known, tokens })).rejects.toMatchObject({
      code: "network/network-mismatch",
      data: { what: "tokens" },
    });
  // However the address is written; what L1 lacks comes next.
  const tokens = [TOKENS[0].replaceAll("a", "A") as `0x${string}`, TOKENS[1]];
  await expect(check(anvils[0]!, { known, tokens })).rejects.toMatchObject({ data: { what: "L1" } });
});
