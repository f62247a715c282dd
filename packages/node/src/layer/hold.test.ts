import { type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import { lockers } from "@frond/language/testing";
import {
  entryKey,
  genesisStateRoot,
  LAST_TIME,
  layerIdOfConfig,
  signHolding,
  signTransaction,
  toJsonValue,
  transactionToJson,
  valuesHash,
} from "@frond/protocol";
import { expect, it, onTestFinished } from "vitest";
import { addressOfSecret, layer, nodeOptions, post, rpc } from "../testing/coins.ts";
import { startNode } from "./startNode.ts";

const { program } = lockers;
const ALICE = 11n;
const config = { ...layer.config, genesisStateRoot: genesisStateRoot(program.entryWidth) };
const layerId = layerIdOfConfig(config);

const sizes = [{ name: "only", transactions: 4, entries: 12, inserts: 6, consumed: 2, produced: 2, holders: 1 }];

async function start() {
  const node = await startNode(nodeOptions({ program, sizes, layer: { ...layer, layerId, config } }));
  onTestFinished(() => node.close());
  const choose = signTransaction(
    { layerId, method: 0, args: [1n, 1n], nonce: 0, maxFee: 0n, expiry: LAST_TIME },
    ALICE,
  );
  await post(node.url, rpc("frond_sendTransaction", { transaction: transactionToJson(choose) }));
  return node;
}

const paramsOf = (hash: Field, secret = ALICE) => ({
  ...toJsonValue(signHolding({ layerId, valuesHash: hash }, secret)),
  valuesHash: fieldToHex(hash),
});

it("takes an owner's word for their account, and hides the account in the block", async () => {
  const node = await start();
  const { sequencer, store } = node.context;
  const hash = valuesHash(sequencer.read(entryKey(0, [addressOfSecret(ALICE)]))!);
  expect(await post(node.url, rpc("frond_hold", paramsOf(hash)))).toMatchObject({ result: { block: 1 } });
  const { committeeHash } = (await sequencer.seal())!;
  expect(committeeHash).not.toBe(0n);
  expect(store.witness(1)?.holders).toEqual([signHolding({ layerId, valuesHash: hash }, ALICE)]);
});

it("refuses others with the sequencer's code, and what is no signature at the door", async () => {
  const node = await start();
  const { sequencer } = node.context;
  const hash = valuesHash(sequencer.read(entryKey(0, [addressOfSecret(ALICE)]))!);
  const refusal = async (params: object) => (await post(node.url, rpc("frond_hold", params))) as { error?: object };
  expect(await refusal(paramsOf(hash, 12n))).toMatchObject({
    error: { data: { code: "sequencer/entry-not-written", retry: "later" } },
  });
  expect(await refusal(paramsOf(5n))).toMatchObject({
    error: { data: { code: "sequencer/other-values", expected: fieldToHex(hash), actual: fieldToHex(5n) } },
  });
  const forged = {
    ...paramsOf(hash),
    signature: toJsonValue(signHolding({ layerId, valuesHash: 5n }, ALICE).signature),
  };
  expect(await refusal(forged)).toMatchObject({ error: { data: { code: "sequencer/wrong-holder" } } });
  const offCurve = { ...paramsOf(hash), publicKey: toJsonValue({ ...publicKeyOf(ALICE), y: 1n }) };
  expect(await refusal(offCurve)).toMatchObject({ error: { data: { code: "sequencer/entry-not-written" } } });
  const { signature: _, ...unsigned } = paramsOf(hash);
  expect(await refusal(unsigned)).toMatchObject({ error: { code: -32_602 } });
  expect((await sequencer.seal())!.committeeHash).toBe(0n);
});
