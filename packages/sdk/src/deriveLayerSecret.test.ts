import { account, application, u64 } from "@frond/language";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient } from "./createClient.ts";
import { createNetworkClient } from "./createNetworkClient.ts";
import { deriveLayerSecret, type LayerKeySigner } from "./deriveLayerSecret.ts";
import { fakeCoordinator } from "./testing/fakeCoordinator.ts";
import { type FakeLayer, fakeLayer } from "./testing/fakeLayer.ts";

const shop = application({
  name: "shop",
  state: { accounts: account({ goods: u64 }) },
  methods: { buy: { args: { count: u64 }, run() {} } },
});
const place = { chainId: 31_337n, settlement: `0x${"11".repeat(20)}` } as const;
const signer = privateKeyToAccount(generatePrivateKey());

/** A wallet that draws a new nonce for each signature, as some hardware and multi-party wallets do. */
function randomWallet(): LayerKeySigner {
  return {
    signTypedData: async () => {
      const halves = [generatePrivateKey(), generatePrivateKey()].map((half) => half.slice(2));
      return `0x${halves.join("")}1b`;
    },
  };
}

let layer: FakeLayer;
beforeAll(async () => {
  layer = await fakeLayer({ application: shop as never, index: 1n });
});
afterAll(() => layer.close());

const refusal = { code: "sdk/wallet-not-deterministic", message: expect.stringContaining("pass it as `secret`") };

it("gives one key for a wallet whose signatures are deterministic, whatever their last byte is", async () => {
  let calls = 0;
  const moody: LayerKeySigner = {
    async signTypedData(message) {
      const signature: Hex = await signer.signTypedData(message);
      const recovery = Number.parseInt(signature.slice(-2), 16) - 27;
      return ++calls % 2 === 0 ? signature : `${signature.slice(0, -2)}0${recovery}`;
    },
  };
  expect(await deriveLayerSecret(moody, place)).toBe(await deriveLayerSecret(signer, place));
  expect(calls).toBe(2);
});

it("refuses a wallet that signs the same message in two ways, wherever a key is derived", async () => {
  const wallet = randomWallet() as never;
  await expect(deriveLayerSecret(randomWallet(), place)).rejects.toMatchObject(refusal);
  await expect(createClient({ url: layer.url, application: shop, wallet })).rejects.toMatchObject(refusal);
  const coordinator = await fakeCoordinator({ shop: layer });
  const network = createNetworkClient({ coordinator: coordinator.url, applications: { shop }, wallet });
  await expect(network.client("shop")).rejects.toMatchObject(refusal);
  await network.close();
  await coordinator.close();
});

it("refuses the signature of another account, and of a wallet that signs otherwise than it says", async () => {
  const other = privateKeyToAccount(generatePrivateKey());
  const signTypedData: LayerKeySigner["signTypedData"] = (message) => other.signTypedData(message);
  // What an owner signs for a contract wallet: the message wrapped in that of the wallet.
  const wrapping = (message: Parameters<typeof signTypedData>[0]) =>
    signer.signTypedData({ ...message, domain: { ...message.domain, name: "Wallet" } });
  const code = "sdk/signature-of-other";
  const data = { expected: signer.address, actual: other.address };
  await expect(deriveLayerSecret({ account: signer, signTypedData }, place)).rejects.toMatchObject({ code, data });
  await expect(deriveLayerSecret({ address: signer.address, signTypedData }, place)).rejects.toMatchObject({ code });
  await expect(deriveLayerSecret({ account: signer, signTypedData: wrapping }, place)).rejects.toMatchObject({ code });
  const nobody = async () => `0x${"00".repeat(65)}`;
  await expect(deriveLayerSecret({ account: signer, signTypedData: nobody }, place)).rejects.toMatchObject({ code });
  const secret = await deriveLayerSecret({ account: other, signTypedData }, place);
  expect(secret).toBe(await deriveLayerSecret(other, place));
});
