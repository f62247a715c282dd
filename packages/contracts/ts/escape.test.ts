import { FIELD_MODULUS } from "@frond/foundation";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, readSettled, settleEpoch } from "./actions.ts";
import { claim } from "./claim.ts";
import { depositEther } from "./deposit.ts";
import { readLayer } from "./readLayer.ts";
import { retire } from "./retire.ts";
import { type EscapeStatement, readClaimPaid, submitEscape } from "./submitEscape.ts";
import { takeBack } from "./takeBack.ts";
import { escapesOf, type Share } from "./testing/escaping.ts";
import { forceOn, freezeLayer } from "./testing/forcing.ts";
import { refusalOf } from "./testing/settlementAttacks.ts";
import { createStandInProver, type StandInProver } from "./testing/standInProver.ts";
import { createTestNetwork, genesisRoot, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal, tokensOf } from "./testing/tokens.ts";

const layer = 1n;
const RETIRE_SECONDS = 14n * 86_400n;

let prover: StandInProver;
let network: TestNetwork;
let escapes: ReturnType<typeof escapesOf>;
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  network = await createTestNetwork({ escapeVerifierSource: prover.verifierSource });
  escapes = escapesOf(network.alice, prover);
});
afterAll(() => Promise.all([network.close(), prover.close()]));

beforeEach(() => network.backToStart());

const alice = () => network.alice.wallet.account.address;
const creditOf = (asset = 1n) => readCredit(network.alice, { owner: alice(), asset });
const ether = (amount: bigint, vault = 100n): Share => ({ asset: 1, amount, vault });

/** Has ether in the contract, and layer 1 frozen. */
async function frozen(): Promise<void> {
  await depositEther(network.bob, { layer: 2n, recipient: 2n, amount: 1_000n });
  await freezeLayer(network, layer);
}

describe("an escape", () => {
  it("credits what an account has on a frozen layer, of each asset", async () => {
    const { asset } = await tokensOf(network).token("TestToken", ["T", "T"]);
    await frozen();
    const shares = [ether(30n), { asset: Number(asset), amount: 7n, vault: 8n }];
    const escaped = await escapes.leave({ layer, claimId: 5n, shares });
    expect(escaped).toMatchObject({
      recipient: alice(),
      credited: [
        { asset: 1n, amount: 30n },
        { asset, amount: 7n },
      ],
    });
    expect([await creditOf(), await creditOf(asset)]).toEqual([30n, 7n]);
    expect(await readClaimPaid(network.bob, { layer, claimId: 5n })).toBe(true);
    expect(await claim(network.alice, { asset: 1n })).toMatchObject({ paid: 30n });
  });

  it("is paid once, but a claim of another layer may have the same name", async () => {
    await frozen();
    await escapes.leave({ layer, claimId: 5n, shares: [ether(1n)] });
    expect(await escapes.refusalOf({ layer, claimId: 5n, shares: [ether(1n)] })).toBe("ClaimAlreadyPaid");
    const other = BigInt(network.bob.wallet.account.address);
    const changes = { recipient: other };
    expect(await escapes.refusalOf({ layer, claimId: 5n, shares: [ether(1n)] }, changes)).toBe("ClaimAlreadyPaid");
    expect(await escapes.refusalOf({ layer: 2n, claimId: 5n, shares: [ether(1n)] })).toBe("accepted");
    expect(await escapes.refusalOf({ layer, claimId: 6n, shares: [ether(1n)] })).toBe("accepted");
  });

  it("gets no more than is left in the vault, in all escapes and in all places of one", async () => {
    await frozen();
    await escapes.leave({ layer, claimId: 1n, shares: [ether(60n)] });
    const second = await escapes.leave({ layer, claimId: 2n, shares: [ether(30n), ether(30n)] });
    expect(second.credited).toEqual([
      { asset: 1n, amount: 30n },
      { asset: 1n, amount: 10n },
    ]);
    expect((await escapes.leave({ layer, claimId: 3n, shares: [ether(1n)] })).credited).toEqual([]);
    expect(await creditOf()).toBe(100n);
    // Another layer's vault is its own.
    await escapes.leave({ layer: 2n, claimId: 3n, shares: [ether(1n)] });
    expect(await creditOf()).toBe(101n);
  });

  it("is of a layer that is frozen, under a root that the tree has had", async () => {
    await frozen();
    const claimed = { layer, claimId: 5n, shares: [ether(1n)] };
    const refused = (changes: Partial<EscapeStatement>) => escapes.refusalOf(claimed, changes);
    expect(await refused({ flags: 0n })).toBe("LayerNotFrozen");
    expect(await refused({ flags: 2n })).toBe("LayerNotFrozen");
    expect(await refused({ flags: 3n })).toBe("accepted");
    await network.backToStart();
    await frozen();
    expect(await refused({ root: 999_999n })).toBe("RootUnknown");
    expect(await refused({ root: 0n })).toBe("RootUnknown");
    const { root } = await readSettled(network.alice);
    await settleEpoch(network.owner, await network.propose({}));
    expect(await refused({ root: genesisRoot })).toBe("accepted");
    expect(await escapes.refusalOf({ ...claimed, claimId: 6n }, { root })).toBe("accepted");
  });

  it("has a proof of every word of its statement", async () => {
    await frozen();
    const statement = await escapes.statementOf({ layer, claimId: 5n, shares: [ether(1n)] });
    const proof = await escapes.prove(statement);
    const refused = (changes: Partial<EscapeStatement>) =>
      refusal(submitEscape(network.alice, { statement: { ...statement, ...changes }, proof }));
    for (const [name, value] of Object.entries(statement)) {
      const answer = await refused({ [name]: value + (name === "flags" ? 2n : 1n) });
      expect([name, answer]).toEqual([name, name === "root" ? "RootUnknown" : "EscapeRejected"]);
      // The same value for the circuit would be another claim here.
      const same = await refused({ [name]: value + FIELD_MODULUS });
      expect([name, same]).toEqual([
        name,
        name === "root" ? "RootUnknown" : expect.stringMatching(/NotInField|LayerNotFrozen/),
      ]);
    }
    expect(await refusal(submitEscape(network.alice, { statement, proof: "0x" }))).toBe("EscapeRejected");
    expect(await refused({})).toBe("accepted");
  });

  it("goes to an address that can claim", async () => {
    await frozen();
    const to = (address: string) =>
      escapes.refusalOf({ layer, claimId: 5n, shares: [ether(1n)] }, { recipient: BigInt(address) });
    expect(await to(zeroAddress)).toBe("AddressInvalid");
    expect(await to(network.deployment.address)).toBe("AddressInvalid");
  });

  it("of an asset that nobody has registered earns nothing, and stops no other", async () => {
    await frozen();
    await escapes.leave({ layer, claimId: 5n, shares: [{ asset: 900, amount: 5n, vault: 5n }, ether(2n)] });
    expect([await creditOf(900n), await creditOf()]).toEqual([0n, 2n]);
  });

  it("needs its own verifier: a settlement's proof says nothing of an escape", async () => {
    const settlement = await network.deployTwin({ escapeVerifier: network.deployment.verifier, layers: [layer] });
    const twin = escapesOf({ ...network.alice, settlement }, prover);
    expect(await twin.refusalOf({ layer, claimId: 5n, shares: [ether(1n)] })).toBe("EscapeRejected");
  });
});

describe("a deployment that nobody settles", () => {
  const wait = async (seconds: bigint) => {
    const from = await network.publicClient.readContract({
      address: network.deployment.address,
      abi: settlementAbi,
      functionName: "retirableFrom",
    });
    await network.request("evm_setNextBlockTimestamp", Number(from - RETIRE_SECONDS + seconds));
    await network.request("evm_mine");
  };

  it("is retired by anybody after two weeks, and not before", async () => {
    await wait(RETIRE_SECONDS - 2n);
    expect(await refusal(retire(network.bob))).toBe("NotYetRetirable");
    await network.settleUntil((await network.publicClient.getBlock()).timestamp * 1_000n);
    await wait(RETIRE_SECONDS - 2n);
    expect(await refusal(retire(network.bob))).toBe("NotYetRetirable");
    await wait(RETIRE_SECONDS);
    await retire(network.bob);
    expect(await refusal(retire(network.bob))).toBe("AlreadyRetired");
  });

  it("is retired though epochs settle, if they settle no time", async () => {
    await network.settleUntil((await network.publicClient.getBlock()).timestamp * 1_000n);
    const { settledUntil } = await readSettled(network.alice);
    for (const [i, seconds] of [RETIRE_SECONDS / 2n, RETIRE_SECONDS - 5n].entries()) {
      await wait(seconds);
      await settleEpoch(network.owner, await network.propose({ until: settledUntil + BigInt(i) + 1n }));
    }
    expect(await refusal(retire(network.bob))).toBe("NotYetRetirable");
    await wait(RETIRE_SECONDS);
    await retire(network.bob);
    expect(await refusal(retire(network.bob))).toBe("AlreadyRetired");
  });

  it("settles nothing and takes nothing when it is retired; deposits that wait come back", async () => {
    const deposit = await depositEther(network.alice, { layer: 2n, recipient: 2n, amount: 5n });
    const proven = await network.propose({});
    await wait(RETIRE_SECONDS);
    await retire(network.bob);
    expect(await refusalOf(network.owner, proven)).toBe("AlreadyRetired");
    expect(await refusal(depositEther(network.alice, { layer: 2n, recipient: 2n, amount: 5n }))).toBe("AlreadyRetired");
    expect(await refusal(forceOn(network.alice, 2n))).toBe("AlreadyRetired");
    expect(await readLayer(network.alice, 2n)).toMatchObject({ status: "frozen" });
    expect(await readLayer(network.alice, 100n)).toMatchObject({ status: "unknown" });
    await takeBack(network.bob, { transaction: deposit.hash });
    expect(await creditOf()).toBe(5n);
  });

  it("lets everybody leave under the last root, and who was frozen before under every root", async () => {
    await frozen();
    const { root } = await readSettled(network.alice);
    await settleEpoch(network.owner, await network.propose({}));
    const moving = { layer: 2n, claimId: 5n, shares: [ether(1n)] };
    expect(await escapes.refusalOf(moving, { flags: 0n })).toBe("LayerNotFrozen");
    await wait(RETIRE_SECONDS);
    await retire(network.bob);
    expect(await escapes.refusalOf(moving, { flags: 0n, root })).toBe("LayerNotFrozen");
    expect(await escapes.refusalOf(moving, { flags: 0n })).toBe("accepted");
    expect(await escapes.refusalOf({ layer, claimId: 5n, shares: [ether(1n)] }, { root })).toBe("accepted");
    expect(await creditOf()).toBe(2n);
  });
});
