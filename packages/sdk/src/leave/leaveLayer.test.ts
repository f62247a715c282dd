import { depositEther, readCredit, readSettled, settleEpoch, settlementAbi, type Wallet } from "@frond/contracts";
import {
  createStandInProver,
  createTestNetwork,
  demandFreezeOf,
  escapesOf,
  forceOn,
  freezeItem,
  freezeLayer,
  type Share,
  type StandInProver,
  startRpcProxy,
  type TestNetwork,
} from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { addressOf, claimIdOf, fromJson, type SignedExit, signedExitSchema, toJson, verifyExit } from "@frond/protocol";
import { createWalletClient, http } from "viem";
import { mainnet } from "viem/chains";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type ExitToSign, leaveLayer, type ProvenExit, signEscape, submitProvenExit } from "./leaveLayer.ts";
import { readExits, readProvenExit, readSignedExit } from "./readFiles.ts";
import { readLeaving } from "./readLeaving.ts";

/* An account leaves by the real contract; the proofs are a stand-in's, of whatever statement the prover likes. */

const SECRET = 5n;
const LAYER = 1n;
const UNSIGNED: ExitToSign = { layerId: LAYER, exit: 0, args: [0n], secret: SECRET };
const CLAIM = claimIdOf(UNSIGNED, addressOf(publicKeyOf(SECRET)));
const SHARE: Share = { asset: 1, amount: 30n, vault: 100n };

let prover: StandInProver;
let network: TestNetwork;
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  network = await createTestNetwork({ escapeVerifierSource: prover.verifierSource });
});
afterAll(() => Promise.all([network.close(), prover.close()]));
beforeEach(() => network.backToStart());

async function freeze(): Promise<void> {
  await depositEther(network.bob, { layer: 2n, recipient: 2n, amount: 1_000n });
  await freezeLayer(network, LAYER);
}

type Changes = Partial<ProvenExit["statement"]>;

/** Proves an exit, and says something else of it. */
const proving =
  (changes: Changes = {}, shares: readonly Share[] = [SHARE]) =>
  async (exit: SignedExit): Promise<ProvenExit> => {
    const escapes = escapesOf(network.alice, prover);
    const told = { recipient: exit.recipient, ...changes };
    const statement = await escapes.statementOf({ layer: exit.layerId, claimId: CLAIM, shares }, told);
    return { statement, proof: await escapes.prove(statement) };
  };

const leave = (prove = proving(), unsigned = UNSIGNED) => leaveLayer(network.alice, { ...unsigned, prove });

it("has the exit proven, and the recipient credited; each exit is paid once", async () => {
  await freeze();
  const { recipient, credited, lost } = await leave();
  expect(recipient).toBe(network.alice.wallet.account.address);
  expect([credited, lost]).toEqual([[{ asset: 1n, amount: 30n }], []]);
  expect(await readCredit(network.alice, { owner: recipient, asset: 1n })).toBe(30n);
  await expect(leave()).rejects.toMatchObject({ code: "sdk/escape-closed", data: { reason: "paid" } });
});

it("signs and proves nothing while L1 would pay nothing", async () => {
  const prove = vi.fn(proving());
  const closed = async (unsigned: ExitToSign, reason: string) => {
    await expect(leave(prove, unsigned)).rejects.toMatchObject({ code: "sdk/escape-closed", data: { reason } });
  };
  await closed(UNSIGNED, "registered");
  await closed({ ...UNSIGNED, layerId: 99n }, "unknown");
  await freeze();
  await closed({ ...UNSIGNED, recipient: `0x${"00".repeat(20)}` }, "recipient");
  await closed({ ...UNSIGNED, recipient: network.alice.settlement }, "recipient");
  expect(prove).not.toHaveBeenCalled();
});

it("sends nothing of a prover that lies", async () => {
  const { root } = await readSettled(network.alice);
  await freeze();
  const refused = async (prove: (exit: SignedExit) => Promise<ProvenExit>, problem: string) => {
    await expect(leave(prove)).rejects.toMatchObject({ code: "sdk/escape-proof", data: { problem } });
  };
  await refused(proving({ layerId: 2n }), "layerId");
  await refused(proving({ claimId: CLAIM + 1n }), "claimId");
  await refused(proving({ recipient: BigInt(network.bob.wallet.account.address) }), "recipient");
  await refused(proving({ root: 999_999n }), "root");
  // The layer as it was before its freeze, under a root that L1 has had.
  await refused(proving({ root, flags: 0n }), "stale");
  await refused(async (exit) => ({ ...(await proving()(exit)), proof: "0x00" }), "proof");
  // Another vault or amount than what was proven.
  await refused(async (exit) => {
    const { statement, proof } = await proving()(exit);
    return { statement: { ...statement, vault1: 200n }, proof };
  }, "proof");
  expect(await readCredit(network.alice, { owner: network.alice.wallet.account.address, asset: 1n })).toBe(0n);
  expect((await leave()).credited).toEqual([{ asset: 1n, amount: 30n }]);
});

it("does not spend the exit on a vault that is empty", async () => {
  await freeze();
  const shares = [{ ...SHARE, amount: 100n }];
  await escapesOf(network.bob, prover).leave({ layer: LAYER, claimId: 77n, shares });
  await expect(leave()).rejects.toMatchObject({ code: "sdk/escape-closed", data: { reason: "vault-empty" } });
});

it("warns before it sends when the vault is short of what the exit is worth, and says what is lost", async () => {
  await freeze();
  const shares = [{ ...SHARE, amount: 80n }];
  await escapesOf(network.bob, prover).leave({ layer: LAYER, claimId: 77n, shares });
  const twice: Share[] = [SHARE, { ...SHARE, amount: 5n }];
  const stopped = leaveLayer(network.alice, {
    ...UNSIGNED,
    prove: proving({}, twice),
    onShortVault(payouts) {
      expect(payouts).toEqual([
        { asset: 1n, amount: 30n, credited: 20n },
        { asset: 1n, amount: 5n, credited: 0n },
      ]);
      throw new Error("not for that");
    },
  });
  await expect(stopped).rejects.toThrow("not for that");
  const onShortVault = vi.fn();
  const { credited, lost } = await leaveLayer(network.alice, { ...UNSIGNED, prove: proving({}, twice), onShortVault });
  expect(credited).toEqual([{ asset: 1n, amount: 20n }]);
  expect(lost).toEqual([{ asset: 1n, amount: 15n }]);
  expect(onShortVault).toHaveBeenCalledOnce();
});

it("neither signs nor sends with a wallet of another chain than L1's", async () => {
  await freeze();
  const exit = await signEscape(network.alice, UNSIGNED);
  const proven = await proving()(exit);
  const proxy = await startRpcProxy(network.anvil.url);
  proxy.intercept = ({ id, method }) =>
    method === "eth_chainId" ? { body: JSON.stringify({ jsonrpc: "2.0", id, result: "0x1" }) } : undefined;
  try {
    const { account } = network.alice.wallet;
    const wallet = createWalletClient({ account, chain: mainnet, transport: http(proxy.url) }) as Wallet;
    const l1 = { ...network.alice, wallet };
    const prove = vi.fn(proving());
    const mismatch = {
      code: "sdk/chain-mismatch",
      message: expect.stringContaining("The wallet is of chain 1, and the network is on chain 31337. Nothing was sent"),
    };
    await expect(leaveLayer(l1, { ...UNSIGNED, prove })).rejects.toMatchObject(mismatch);
    await expect(submitProvenExit(l1, { exit, proven })).rejects.toMatchObject(mismatch);
    expect(prove).not.toHaveBeenCalled();
    expect(new Set(proxy.calls.map(({ method }) => method))).toEqual(new Set(["eth_chainId"]));
  } finally {
    await proxy.close();
  }
});

it("reads from L1 alone how far a layer is from being left", async () => {
  const { alice, owner, publicClient } = network;
  const at = { address: alice.settlement, abi: settlementAbi } as const;
  const seconds = async (functionName: "forcedSeconds" | "freezeGraceSeconds" | "retirableFrom") =>
    1_000 * Number(await publicClient.readContract({ ...at, functionName }));
  const times = async () => ({
    forcedMilliseconds: await seconds("forcedSeconds"),
    settledUntil: Number((await readSettled(alice)).settledUntil),
    retirableFrom: await seconds("retirableFrom"),
  });
  expect(await readLeaving(alice, 99n)).toEqual({ kind: "unknown", ...(await times()) });
  expect(await readLeaving(alice, LAYER)).toEqual({ kind: "running", ...(await times()) });
  await forceOn(alice, LAYER);
  expect(await readLeaving(alice, LAYER)).toEqual({ kind: "waiting", forcedWaiting: 1, ...(await times()) });
  await demandFreezeOf(network, LAYER);
  const demanded = await readLeaving(alice, LAYER);
  expect(demanded).toMatchObject({ kind: "demanded", ...(await times()) });
  const { carriedUntil, demandedAt } = demanded as Extract<typeof demanded, { kind: "demanded" }>;
  expect(carriedUntil - demandedAt).toBe(await seconds("freezeGraceSeconds"));
  await settleEpoch(owner, await network.propose({ items: [freezeItem(LAYER)] }));
  expect(await readLeaving(alice, LAYER)).toEqual({ kind: "frozen", ...(await times()) });
});

it("reads what it has written, and nothing that is larger or of another form", async () => {
  await freeze();
  const exit = await signEscape(network.alice, UNSIGNED);
  expect(fromJson(signedExitSchema, toJson(exit))).toEqual(exit);
  expect(verifyExit(exit)).toBe(true);
  const proven = await proving()(exit);
  expect(readProvenExit(toJson(proven))).toEqual(proven);
  expect(readSignedExit(toJson(exit))).toEqual(exit);
  const parameters = [{ name: "id", type: { kind: "integer", bits: 16 } }];
  const written = { application: "purse", exits: [{ name: "note", parameters, assets: [null, 1] }], source: ".." };
  expect(readExits(JSON.stringify(written))).toEqual({
    name: "purse",
    exits: { note: { args: { id: { kind: "integer", bits: 16 } }, assets: [null, 1] } },
  });
  expect(() => readExits(JSON.stringify({ application: "purse" }))).toThrow(/frond interface <application> --json/);
  expect(() => readSignedExit(toJson(proven))).toThrow(/a signed exit/);
  const file = { code: "sdk/escape-file" };
  const reading = async (text: string) => readProvenExit(text);
  await expect(reading(toJson({ ...proven, more: 1 }))).rejects.toMatchObject(file);
  await expect(reading("0x")).rejects.toMatchObject(file);
  const long = { reason: expect.stringContaining("more than 131072 characters") };
  await expect(reading(toJson({ ...proven, proof: `0x${"00".repeat(65_536)}` }))).rejects.toMatchObject({ data: long });
  expect(() => fromJson(signedExitSchema, toJson({ ...exit, args: new Array(257).fill(0n) }))).toThrow(/args/);
});
