import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readSettled, settleEpoch } from "./actions.ts";
import { getEpochs } from "./events.ts";
import { contractErrorName, refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, publicInputsOf, type TestNetwork } from "./testing/testNetwork.ts";

const EXCLUSIVE_SECONDS = 600n;
const TOLERANCE_MILLISECONDS = 15_000n;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

function readSettledAt(): Promise<bigint> {
  const { address } = network.deployment;
  return network.publicClient.readContract({ address, abi: settlementAbi, functionName: "settledAt" });
}

async function lastTimestamp(): Promise<bigint> {
  return (await network.publicClient.getBlock()).timestamp;
}

describe("the end of an epoch", () => {
  it("is kept, said in the event, and the next epoch's beginning", async () => {
    const until = (await lastTimestamp()) * 1_000n;
    await settleEpoch(network.owner, await network.propose({ until }));
    expect(await readSettled(network.owner)).toMatchObject({ epoch: 2n, settledUntil: until });
    expect(await readSettledAt()).toBe(await lastTimestamp());
    await settleEpoch(network.owner, await network.propose({ until: until + 5n }));
    expect(await readSettled(network.owner)).toMatchObject({ epoch: 3n, settledUntil: until + 5n });
    const { events } = await getEpochs({ ...network.owner, fromBlock: network.deployment.deploymentBlock });
    expect(events.map((event) => event.until)).toEqual([until, until + 5n]);
  });

  it("is at most the tolerance ahead of L1's clock", async () => {
    const atSeconds = (await lastTimestamp()) + 100n;
    const latest = atSeconds * 1_000n + TOLERANCE_MILLISECONDS;
    const last = await network.propose({ until: latest });
    const ahead = await network.propose({ until: latest + 1n });
    expect(await refusalOf(network.owner, last, { atSeconds })).toBeUndefined();
    expect(await refusalOf(network.owner, ahead, { atSeconds })).toBe("UntilAhead");
    expect(await refusalOf(network.owner, ahead, { atSeconds: atSeconds + 1n })).toBeUndefined();
    await network.request("evm_setNextBlockTimestamp", Number(atSeconds));
    await settleEpoch(network.owner, last);
    expect(await readSettled(network.owner)).toMatchObject({ settledUntil: latest });
  });

  it("may be long after the last block of a chain that mines on demand", async () => {
    await network.request("evm_increaseTime", 3_600);
    const until = ((await lastTimestamp()) + 3_600n) * 1_000n;
    await settleEpoch(network.owner, await network.propose({ until }));
    expect(await readSettled(network.owner)).toMatchObject({ settledUntil: until });
  });

  it("is after the end of the epoch before, even of an epoch of no blocks", async () => {
    expect(await refusalOf(network.owner, await network.propose({ until: 0n }))).toBe("UntilNotAfter");
    await settleEpoch(network.owner, await network.propose({ until: 1_000n }));
    for (const until of [1_000n, 999n, 0n]) {
      expect(await refusalOf(network.owner, await network.propose({ until }))).toBe("UntilNotAfter");
    }
    expect(await refusalOf(network.owner, await network.propose({ until: 1_001n }))).toBeUndefined();
  });

  it("is the one that was proven, and so is the beginning", async () => {
    await settleEpoch(network.owner, await network.propose({ until: 1_000n }));
    const { root: rootIn, epoch } = await readSettled(network.owner);
    const honest = await network.propose({ until: 2_000n });
    const contract = network.deployment.address;
    const proofFor = async (submission: typeof honest, after: bigint) => ({
      ...honest,
      proof: await network.prover.prove(publicInputsOf({ submission, rootIn, epoch, after, contract })),
    });
    const refusals = {
      longer: await proofFor({ ...honest, until: 2_001n }, 1_000n),
      shorter: await proofFor({ ...honest, until: 1_999n }, 1_000n),
      earlier: await proofFor(honest, 999n),
      later: await proofFor(honest, 1_001n),
    };
    for (const [name, submission] of Object.entries(refusals)) {
      expect([name, await refusalOf(network.owner, submission)]).toEqual([name, "ProofRejected"]);
    }
    expect(await refusalOf(network.owner, await proofFor(honest, 1_000n))).toBeUndefined();
  });
});

describe("who settles", () => {
  it("is the proposer until the exclusive time is over, and then anybody", async () => {
    const openFrom = (await readSettledAt()) + EXCLUSIVE_SECONDS;
    const submission = await network.propose({});
    const refusal = (atSeconds: bigint) => refusalOf(network.alice, submission, { atSeconds });
    expect(await refusal(openFrom - 1n)).toBe("NotProposer");
    expect(await refusal(openFrom)).toBeUndefined();
    expect(await refusalOf(network.owner, submission)).toBeUndefined();
    expect(await settleEpoch(network.alice, submission).catch(contractErrorName)).toBe("NotProposer");

    await network.request("evm_setNextBlockTimestamp", Number(openFrom));
    await network.request("evm_mine");
    await settleEpoch(network.alice, submission);
    expect(await readSettled(network.owner)).toMatchObject({ epoch: 2n });
  });

  it("is the proposer again after each epoch, whoever settled it", async () => {
    const wait = async () => {
      await network.request("evm_increaseTime", Number(EXCLUSIVE_SECONDS));
      await network.request("evm_mine");
    };
    await wait();
    await settleEpoch(network.alice, await network.propose({}));
    expect(await refusalOf(network.alice, await network.propose({}))).toBe("NotProposer");
    await wait();
    await settleEpoch(network.owner, await network.propose({}));
    expect(await refusalOf(network.alice, await network.propose({}))).toBe("NotProposer");
    await wait();
    expect(await refusalOf(network.alice, await network.propose({}))).toBeUndefined();
  });

  it("gains nothing by empty epochs made beforehand", async () => {
    const { root } = await readSettled(network.owner);
    const contract = network.deployment.address;
    const emptyEpoch = async (epoch: bigint, after: bigint) => {
      const submission = { ...(await network.propose({ rootOut: root })), until: after + 1n };
      const publicInputs = publicInputsOf({ submission, rootIn: root, epoch, after, contract });
      return { ...submission, proof: await network.prover.prove(publicInputs) };
    };
    const first = await emptyEpoch(1n, 0n);
    // A guess of where the first epoch ends: the proof of the second is of that end, and of no other.
    const second = await emptyEpoch(2n, 5_000n);
    await settleEpoch(network.owner, await network.propose({ rootOut: root, until: 5_001n }));
    await network.request("evm_increaseTime", Number(EXCLUSIVE_SECONDS));
    await network.request("evm_mine");
    expect(await refusalOf(network.alice, first)).toBe("UntilNotAfter");
    expect(await refusalOf(network.alice, { ...first, until: 5_002n })).toBe("ProofRejected");
    expect(await refusalOf(network.alice, { ...second, until: 5_002n })).toBe("ProofRejected");
  });
});
