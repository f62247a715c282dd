import { FIELD_MODULUS, type Field, poseidon2Hash } from "@frond/foundation";
import { DATA_WORDS, evaluateData } from "@frond/protocol";
import { type Address, concat, createPublicClient, type Hex, http, numberToHex, parseGwei, sha256 } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Anvil, startAnvil } from "../startAnvil.ts";
import { walletOf } from "../testing/testNetwork.ts";
import { untilMined } from "../untilMined.ts";
import { wordsOfBlob } from "./blobWords.ts";
import { hashOfBlob, openBlob, type SealedBlob, sealBlob } from "./kzg.ts";

/** EIP-4844: `versioned hash, z, y, commitment, proof` in, or it fails. */
const POINT_EVALUATION: Address = "0x000000000000000000000000000000000000000a";
/** Stores blobhash(0) in slot 0. */
const KEEPER_CODE = "0x5f495f5500";
const KEEPER: Address = "0x00000000000000000000000000000000000000cc";
const Z = (1n << 248n) - 12345n;
const words: Field[] = Array.from({ length: DATA_WORDS }, (_, i) => poseidon2Hash([BigInt(i)])).with(
  7,
  FIELD_MODULUS - 1n,
);

let anvil: Anvil;
let sealed: SealedBlob;
beforeAll(async () => {
  [anvil, sealed] = await Promise.all([startAnvil(), sealBlob(words)]);
});
afterAll(() => anvil?.stop());

const clientOf = () => createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 20 });

test("L1 takes the blob, gives its hash to the contract, and gives its words back", async () => {
  const client = clientOf();
  await client.request({ method: "anvil_setCode", params: [KEEPER, KEEPER_CODE] } as never);
  const { sidecar, versionedHash } = sealed;
  const hash = await walletOf(anvil, 0).sendTransaction({
    to: KEEPER,
    blobs: [sidecar.blob],
    kzg: { blobToKzgCommitment: () => bytes(sidecar.commitment), computeBlobKzgProof: () => bytes(sidecar.proof) },
    maxFeePerBlobGas: parseGwei("10"),
    gas: 100_000n,
  });
  const { status, blockNumber } = await untilMined(client, { hash });
  expect(status).toBe("success");
  expect(await client.getStorageAt({ address: KEEPER, slot: numberToHex(0) })).toBe(versionedHash);
  expect(versionedHash).toBe(`0x01${sha256(sidecar.commitment).slice(4)}`);

  const [byHash] = (await client.request({
    method: "anvil_getBlobsByTransactionHash",
    params: [hash],
  } as never)) as Hex[];
  const answer = await fetch(`${anvil.url}/eth/v1/beacon/blobs/${blockNumber}`);
  const { data: byBlock } = (await answer.json()) as { data: Hex[] };
  for (const blob of [byHash!, byBlock[0]!]) {
    expect(wordsOfBlob(bytes(blob))).toEqual(words);
    expect(await hashOfBlob(blob)).toBe(versionedHash);
  }
}, 120_000);

test("the precompile takes the proof of the value that the circuit states, and of no other", async () => {
  const { value, proof } = await openBlob(sealed.sidecar.blob, Z);
  expect(value).toBe(evaluateData(words, Z));
  const ask = (y: bigint, z = Z) => {
    const points = [numberToHex(z, { size: 32 }), numberToHex(y, { size: 32 })];
    const data = concat([sealed.versionedHash, ...points, sealed.sidecar.commitment, proof]);
    return clientOf().call({ to: POINT_EVALUATION, data });
  };
  expect((await ask(value)).data).toMatch(/^0x0{60}1000/);
  await expect(ask(value + 1n)).rejects.toThrow();
  await expect(ask(value, Z + 1n)).rejects.toThrow();
}, 120_000);

test("an epoch without words has the blob of zeros", async () => {
  const { sidecar } = await sealBlob([]);
  expect(wordsOfBlob(bytes(sidecar.blob))).toEqual([]);
  expect((await openBlob(sidecar.blob, 5n)).value).toBe(0n);
}, 120_000);

function bytes(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
}
