import { RpcRequestError, TransactionNotFoundError } from "viem";
import { expect, it } from "vitest";
import { viemErrorIn } from "./viemErrorIn.ts";

it("finds an error of viem, of another copy too, among the causes", () => {
  const own = new TransactionNotFoundError({ hash: "0x01" });
  const reported = { body: {}, error: { code: 3, message: "reverted" }, url: "http://l1" };
  const other = Object.assign(new Error("of another copy"), { name: "RpcRequestError", cause: own });
  expect(viemErrorIn(new RpcRequestError(reported), "RpcRequestError")?.code).toBe(3);
  expect(viemErrorIn(new Error("wrapped", { cause: other }), "RpcRequestError")).toBe(other);
  expect(viemErrorIn(other, "TransactionNotFoundError")).toBe(own);
  expect(viemErrorIn(other, "ContractFunctionRevertedError")).toBeUndefined();
  expect(viemErrorIn("no error", "RpcRequestError")).toBeUndefined();
});
