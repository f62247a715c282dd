import { GRUMPKIN_ORDER } from "@frond/foundation";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { layerKeyTypedData, secretFromSignature, WalletSignatureError } from "./layerKey.ts";

const account = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
const settlement = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

test("a wallet gets one key for each deployment", async () => {
  const sign = (chainId: bigint) => account.signTypedData(layerKeyTypedData({ chainId, settlement }));
  const secret = secretFromSignature(await sign(31337n));
  expect(secret).toBe(secretFromSignature(await sign(31337n)));
  expect(secret).not.toBe(secretFromSignature(await sign(1n)));
  expect(secret > 0n && secret < GRUMPKIN_ORDER).toBe(true);
  expect(secret).toMatchInlineSnapshot(`9085409725490919815189495791379051604032836736487439740435931771566457804724n`);
});

test("the case of the digits and the form of the recovery byte make no difference", async () => {
  const signature = await account.signTypedData(layerKeyTypedData({ chainId: 31337n, settlement }));
  const secret = secretFromSignature(signature);
  expect(secretFromSignature(`0x${signature.slice(2).toUpperCase()}`)).toBe(secret);
  const recovery = Number.parseInt(signature.slice(-2), 16) - 27;
  expect(secretFromSignature(`${signature.slice(0, -2)}0${recovery}`)).toBe(secret);
});

test.each(["", "0x", "0x12", `0x${"0".repeat(129)}`, `0x${"g".repeat(130)}`, `0x${"0".repeat(132)}`])(
  "%s is no wallet signature",
  (text) => {
    expect(() => secretFromSignature(text)).toThrow(WalletSignatureError);
  },
);
