import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Hex, hexToBigInt, hexToNumber, keccak256, type LocalAccount, parseTransaction } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterEach, expect, it } from "vitest";
import { externalSigner } from "./externalSigner.ts";
import { localSigner } from "./localSigner.ts";
import type { Unsigned } from "./types.ts";

const KEY = `0x${"11".repeat(32)}` as const;
const account = privateKeyToAccount(KEY);
const stranger = privateKeyToAccount(`0x${"12".repeat(32)}`);
const transaction: Unsigned = {
  chainId: foundry.id,
  nonce: 3,
  to: "0x00000000000000000000000000000000000000ff",
  data: "0x1234",
  value: 5n,
  gas: 90_000n,
  maxFeePerGas: 70n,
  maxPriorityFeePerGas: 6n,
};

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve))));

type Body = { readonly data: Hex; readonly method: string; readonly params: readonly Record<string, Hex>[] };

/** A signer over HTTP that answers a request with what `answer` makes of it. */
async function serve(answer: (body: Body, path: string) => Promise<string> | string): Promise<string> {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    response.setHeader("connection", "close");
    response.end(await answer(JSON.parse(text), request.url!));
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a key server does with eth_signTransaction. */
async function signAsked({ params: [asked] }: Body, by: LocalAccount = account, change: object = {}): Promise<string> {
  const { to, data, value, gas, nonce, chainId, maxFeePerGas, maxPriorityFeePerGas } = asked!;
  const { type, maxFeePerBlobGas, blobVersionedHashes } = asked! as Record<string, Hex> & {
    blobVersionedHashes?: readonly Hex[];
  };
  const blob = { type: "eip4844", blobVersionedHashes, maxFeePerBlobGas: hexToBigInt(maxFeePerBlobGas ?? "0x0") };
  const kind = type === "0x3" ? blob : { type: "eip1559" };
  const signed = await by.signTransaction({
    ...(kind as object),
    to: to!,
    data: data!,
    value: hexToBigInt(value!),
    gas: hexToBigInt(gas!),
    nonce: hexToNumber(nonce!),
    chainId: hexToNumber(chainId!),
    maxFeePerGas: hexToBigInt(maxFeePerGas!),
    maxPriorityFeePerGas: hexToBigInt(maxPriorityFeePerGas!),
    ...change,
  });
  return JSON.stringify({ jsonrpc: "2.0", id: 1, result: signed });
}

const withBlob: Unsigned = {
  ...transaction,
  maxFeePerBlobGas: 8n,
  blobVersionedHashes: [`0x01${"ab".repeat(31)}`],
};

it("has a transaction with a blob signed without the blob", async () => {
  const byMethod = await serve((body) => signAsked(body));
  const raw = await externalSigner({ url: byMethod, address: account.address }).sign(withBlob);
  const { type, blobVersionedHashes, maxFeePerBlobGas, sidecars } = parseTransaction(raw as `0x03${string}`);
  expect([type, blobVersionedHashes, maxFeePerBlobGas, sidecars]).toEqual([
    "eip4844",
    withBlob.blobVersionedHashes,
    8n,
    undefined,
  ]);
  expect(await localSigner(account).sign(withBlob)).toBe(raw);
  await new Promise((resolve) => server!.close(resolve));

  const byPath = await serve(async ({ data }) => sign({ hash: keccak256(data), privateKey: KEY, to: "hex" }));
  const url = `${byPath}/api/v1/eth1/sign/${account.address}`;
  expect(await externalSigner({ url, address: account.address }).sign(withBlob)).toBe(raw);
});

it("refuses the signature of a transaction with another blob", async () => {
  const url = await serve((body) => signAsked(body, account, { blobVersionedHashes: [`0x01${"cd".repeat(31)}`] }));
  const signing = externalSigner({ url, address: account.address }).sign(withBlob);
  await expect(signing).rejects.toMatchObject({ code: "contracts/signer" });
});

it("signs by eth_signTransaction, also where the answer is an object", async () => {
  for (const wrap of [(raw: Hex): unknown => raw, (raw: Hex): unknown => ({ raw, tx: {} })]) {
    const url = await serve(async (body) => {
      expect(body.method).toBe("eth_signTransaction");
      expect(body.params[0]!.from).toBe(account.address);
      const answer = JSON.parse(await signAsked(body)) as { result: Hex };
      return JSON.stringify({ ...answer, result: wrap(answer.result) });
    });
    const raw = await externalSigner({ url, address: account.address }).sign(transaction);
    expect(parseTransaction(raw)).toMatchObject(transaction);
    server!.close();
  }
});

it("signs by the path of web3signer", async () => {
  const url = await serve(async ({ data }, path) => {
    expect(path).toBe("/api/v1/eth1/sign/key-1");
    return await sign({ hash: keccak256(data), privateKey: KEY, to: "hex" });
  });
  const signer = externalSigner({ url: `${url}/api/v1/eth1/sign/key-1`, address: account.address });
  expect(await signer.sign(transaction)).toBe(
    await account.signTransaction({ type: "eip1559", ...(transaction as object) } as never),
  );
});

it.each<[string, (body: Body) => Promise<string> | string, string]>([
  ["another recipient", (body) => signAsked(body, account, { to: stranger.address }), "another transaction"],
  ["another nonce", (body) => signAsked(body, account, { nonce: 4 }), "another transaction"],
  ["another key", (body) => signAsked(body, stranger), `the signature of ${stranger.address}`],
  ["an error", () => '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"unknown account"}}', "unknown account"],
  ["HTML", () => "<html>", "<html> instead of JSON-RPC"],
  ["null", () => "null", "null instead of JSON-RPC"],
  ["no result", () => "{}", "{} instead of a signed transaction"],
])("refuses %s, and names the address", async (_name, answer, reason) => {
  const url = await serve(answer);
  const error = await externalSigner({ url, address: account.address })
    .sign(transaction)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "contracts/signer", data: { url, address: account.address } });
  expect((error as Error).message).toContain(reason);
});
