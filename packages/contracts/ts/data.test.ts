import { type Field, poseidon2Hash } from "@frond/foundation";
import { challengeZ, evaluateData, NO_BLOB } from "@frond/protocol";
import { getContractError, type Hex, parseGwei, toHex } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import {
  type BlobOpening,
  type EpochSubmission,
  encodeSettle,
  readSettled,
  settleArguments,
  settleEpoch,
  simulateSettle,
} from "./actions.ts";
import { openBlob, type SealedBlob, sealBlob } from "./blob/kzg.ts";
import { decodeSettle, getEpochs } from "./events.ts";
import { contractErrorName, refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, publicInputsOf, type TestNetwork } from "./testing/testNetwork.ts";
import { untilMined } from "./untilMined.ts";

/* Epochs with data: real blobs, the real precompile, and a stand-in for the settlement circuit. */

const words: Field[] = Array.from({ length: 30 }, (_, i) => poseidon2Hash([BigInt(i)]));

let network: TestNetwork;
let sealed: SealedBlob;
let other: SealedBlob;
/** An epoch that publishes the words. */
let valid: EpochSubmission & { readonly data: BlobOpening };
beforeAll(async () => {
  [network, sealed, other] = await Promise.all([createTestNetwork(), sealBlob(words), sealBlob([1n, 2n])]);
  valid = await publishing({ rootOut: 5n });
}, 120_000);
afterAll(() => network.close());

beforeEach(() => network.backToStart());

/** An epoch of the words, with a proof of what its data says. */
async function publishing(epoch: Parameters<TestNetwork["propose"]>[0]) {
  const submission = await network.propose(epoch);
  const contract = network.deployment.address;
  const at = { ...(await readSettled(network.owner)), contract };
  const { commitment: c, words: list } = submission;
  const { versionedHash } = sealed;
  const z = challengeZ({ c, words: list, epoch: Number(at.epoch), contract, versionedHash });
  const { value, proof: kzgProof } = await openBlob(sealed.sidecar.blob, z);
  expect(value).toBe(evaluateData(words, z));
  const [low, high] = [BigInt.asUintN(128, value), value >> 128n];
  return proven({ ...submission, data: { low, high, kzgCommitment: sealed.sidecar.commitment, kzgProof } });
}

/** The same epoch with a proof of what it says now. */
async function proven<S extends Omit<EpochSubmission, "proof">>(submission: S): Promise<S & { proof: Hex }> {
  const { root: rootIn, epoch, settledUntil: after } = await readSettled(network.owner);
  const contract = network.deployment.address;
  const publicInputs = publicInputsOf({ submission, rootIn, epoch, after, contract });
  return { ...submission, proof: await network.prover.prove(publicInputs) };
}

/** What the contract answers in a transaction that carries the blobs with these hashes. */
async function answer(submission: EpochSubmission, blobVersionedHashes: readonly Hex[]): Promise<string> {
  const { publicClient, deployment, owner } = network;
  const [from, to] = [owner.wallet.account.address, deployment.address];
  const blobs = blobVersionedHashes.length === 0 ? {} : { blobVersionedHashes, maxFeePerBlobGas: toHex(10n ** 18n) };
  try {
    const params = [{ from, to, data: encodeSettle(submission), ...blobs }, "latest"];
    await publicClient.request({ method: "eth_call", params } as never);
    return "accepted";
  } catch (error) {
    const call = { abi: settlementAbi, functionName: "settle", args: settleArguments(submission) } as const;
    return contractErrorName(getContractError(error as never, { ...call, address: to }));
  }
}

describe("an epoch with data", () => {
  it("settles in a transaction with its blob, and says so in the event", async () => {
    await simulateSettle({ ...network.owner, from: network.owner.wallet.account.address }, valid);
    const { blob, commitment, proof } = sealed.sidecar;
    const hash = await network.owner.wallet.sendTransaction({
      to: network.deployment.address,
      data: encodeSettle(valid),
      blobs: [blob],
      kzg: { blobToKzgCommitment: () => bytes(commitment), computeBlobKzgProof: () => bytes(proof) },
      maxFeePerBlobGas: parseGwei("10"),
    });
    const receipt = await untilMined(network.publicClient, { hash });
    expect(receipt).toMatchObject({ status: "success" });
    const without = await settleEpoch(network.owner, await network.propose({}));
    // The precompile is 50,000 of them, and the calldata of the opening most of the rest.
    expect(Number(receipt.gasUsed - without.gasUsed)).toBeGreaterThan(50_000);
    expect(Number(receipt.gasUsed - without.gasUsed)).toBeLessThan(80_000);
    const { events } = await getEpochs({ ...network.owner, fromBlock: 0n });
    expect(events).toMatchObject([
      { epoch: 1n, rootOut: 5n, versionedHash: sealed.versionedHash },
      { epoch: 2n, versionedHash: NO_BLOB },
    ]);
    const { input } = await network.publicClient.getTransaction({ hash });
    expect(decodeSettle(input)).toEqual(valid);
  });

  it("is refused without its blob, and with another transaction's", async () => {
    expect(await answer(valid, [sealed.versionedHash])).toBe("accepted");
    expect(await answer(valid, [])).toBe("BlobMissing");
    expect(await answer(valid, [other.versionedHash])).toBe("BlobRefused");
    // Only the first blob counts.
    expect(await answer(valid, [other.versionedHash, sealed.versionedHash])).toBe("BlobRefused");
    const swapped = { ...valid, data: { ...valid.data, kzgCommitment: other.sidecar.commitment } };
    expect(await answer(swapped, [other.versionedHash])).toBe("BlobRefused");
    expect(await answer(swapped, [sealed.versionedHash])).toBe("BlobRefused");
  });

  it("states the value that the blob has, and shows it", async () => {
    const { data } = valid;
    const kzgProof = sealed.sidecar.proof;
    const altered: Record<string, Partial<BlobOpening>> = {
      "a low part": { low: data.low ^ 1n },
      "a high part": { high: data.high ^ 1n },
      "a value above the field": { high: (1n << 128n) - 1n },
      "another proof": { kzgProof },
      "no proof": { kzgProof: "0x" },
      "a longer proof": { kzgProof: `${data.kzgProof}00` },
      "a cut commitment": { kzgCommitment: data.kzgCommitment.slice(0, -2) as Hex },
    };
    for (const [name, change] of Object.entries(altered)) {
      const lying = await proven({ ...valid, data: { ...data, ...change } });
      expect([name, await answer(lying, [sealed.versionedHash])]).toEqual([name, "BlobRefused"]);
    }
    // The circuit's parts have 128 bits, and so have the contract's.
    const carried = await proven({ ...valid, data: { ...data, low: data.low + (1n << 128n), high: data.high - 1n } });
    expect(await answer(carried, [sealed.versionedHash])).toBe("DataLimbTooLarge");
    const tooHigh = await proven({ ...valid, data: { ...data, high: data.high + (1n << 128n) } });
    expect(await answer(tooHigh, [sealed.versionedHash])).toBe("DataLimbTooLarge");
  });

  it("has a proof of the value and of the blob", async () => {
    const plain = await proven({ ...valid, data: undefined as never });
    expect(await answer({ ...valid, proof: plain.proof }, [sealed.versionedHash])).toBe("ProofRejected");
    // The point of another blob is another one, and the proof is of the first.
    const { commitment: c, words: list } = valid;
    const z = challengeZ({
      c,
      words: list,
      epoch: 1,
      contract: network.deployment.address,
      versionedHash: other.versionedHash,
    });
    const { value, proof: kzgProof } = await openBlob(other.sidecar.blob, z);
    const [low, high] = [BigInt.asUintN(128, value), value >> 128n];
    const data = { low, high, kzgCommitment: other.sidecar.commitment, kzgProof };
    expect(await answer({ ...valid, data }, [other.versionedHash])).toBe("ProofRejected");
  });

  it("is of its epoch: the same blob has another value in the next", async () => {
    const next = { ...valid, until: valid.until + 1n };
    await settleEpoch(network.owner, await network.propose({ until: valid.until }));
    expect(await answer(await proven(next), [sealed.versionedHash])).toBe("BlobRefused");
  });
});

describe("an epoch without data", () => {
  it("has no blob, and no value of one", async () => {
    const empty = await network.propose({});
    expect(await answer(empty, [])).toBe("accepted");
    expect(await answer(empty, [sealed.versionedHash])).toBe("BlobUnexpected");
    for (const change of [{ low: 1n }, { high: 1n }, { low: 1n, high: 1n }]) {
      const data = { low: 0n, high: 0n, kzgCommitment: "0x", kzgProof: "0x", ...change } as const;
      expect(await refusalOf(network.owner, { ...empty, data })).toBe("DataWithoutBlob");
    }
  });

  it("can't leave out the blob that its circuit has proven", async () => {
    expect(await answer({ ...valid, data: undefined as never }, [])).toBe("ProofRejected");
  });
});

function bytes(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
}
