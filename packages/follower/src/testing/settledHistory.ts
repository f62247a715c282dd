import { encodeSettle, openBlob, readSettled, sealBlob, untilMined } from "@frond/contracts";
import { createTestNetwork, publicInputsOf, type TestNetwork } from "@frond/contracts/testing";
import {
  challengeZ,
  commitment,
  type LayerConfig,
  layerRoot,
  readSegments,
  segmentWords,
  toJson,
} from "@frond/protocol";
import { type Hex, hexToBytes, stringToHex } from "viem";
import type { EpochData } from "../applyEpochs.ts";
import { History } from "./randomHistory.ts";

const LOW_BITS = 128n;

/** A deployment on a real node whose tree is a history's, and epochs of it that settle there with their blobs. */
export type SettledHistory = {
  readonly history: History;
  readonly network: TestNetwork;
  /** Settles an epoch; its data are in a blob. Returns the blob's versioned hash. */
  settle(epoch: EpochData): Promise<Hex | undefined>;
};

/** `children` are below the trunk; `describe` says what the contract tells of a layer. */
export async function settledHistory(
  seed: number,
  {
    children = 2,
    describe = (config) => ({ config }),
  }: { readonly children?: number; readonly describe?: (config: LayerConfig) => object } = {},
): Promise<SettledHistory> {
  const history = new History(seed, children);
  const network = await createTestNetwork({
    root: layerRoot(history.trunk.record),
    layers: [...history.states.keys()],
    description: stringToHex(toJson(history.configs.map(describe))),
  });
  return { history, network, settle: (epoch) => settle(network, epoch) };
}

async function settle(
  { owner, prover, publicClient }: TestNetwork,
  { words, rootOut, until }: EpochData,
): Promise<Hex | undefined> {
  const { root: rootIn, epoch, settledUntil: after } = await readSettled(owner);
  const contract = owner.settlement;
  const c = commitment([], readSegments(words).map(segmentWords));
  const base = { rootOut, until: BigInt(until), commitment: c, words: [], used: [] };
  const proven = { rootIn, epoch, after, contract };
  const send = async (call: object) =>
    await untilMined(publicClient, { hash: await owner.wallet.sendTransaction(call as never) });
  if (words.length === 0) {
    const proof = await prover.prove(publicInputsOf({ ...proven, submission: base }));
    await send({ to: contract, data: encodeSettle({ ...base, proof }) });
    return undefined;
  }
  const { sidecar, versionedHash } = await sealBlob(words);
  const z = challengeZ({ c, words: [], epoch: Number(epoch), contract, versionedHash });
  const { value, proof: kzgProof } = await openBlob(sidecar.blob, z);
  const [low, high] = [value & ((1n << LOW_BITS) - 1n), value >> LOW_BITS];
  const submission = { ...base, data: { low, high, kzgCommitment: sidecar.commitment, kzgProof } };
  const proof = await prover.prove(publicInputsOf({ ...proven, submission }));
  const kzg = {
    blobToKzgCommitment: () => hexToBytes(sidecar.commitment),
    computeBlobKzgProof: () => hexToBytes(sidecar.proof),
  };
  const data = encodeSettle({ ...submission, proof });
  const { status } = await send({ to: contract, data, blobs: [sidecar.blob], kzg, maxFeePerBlobGas: 10n ** 12n });
  if (status !== "success") throw new Error("The epoch did not settle.");
  return versionedHash;
}
