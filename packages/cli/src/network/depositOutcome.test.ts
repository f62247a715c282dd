import { createClient } from "@frond/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DepositReturnedError } from "../commands/deposit.ts";
import { exitCodeOf } from "../terminal/describeError.ts";
import { shelf } from "../testing/shelf.ts";
import { type TestNetwork, testNetwork } from "../testing/testNetwork.ts";
import type { AnyClient } from "./accounts.ts";
import { accountBefore, untilHandled } from "./depositOutcome.ts";

let network: TestNetwork;
let client: AnyClient;

beforeAll(async () => {
  network = await testNetwork();
  const url = network.nodes.shelf.url;
  client = (await createClient({ url, application: shelf, secret: 99n })) as unknown as AnyClient;
});
afterAll(async () => {
  await client.close();
  await network.close();
});

it.each([
  ["credited", { asset: 1, recipient: (own: bigint) => own }],
  // To whom it may be: the account's own entry says nothing then.
  ["credited", { asset: 1, recipient: () => 5n }],
  ["returned", { asset: 2, recipient: (own: bigint) => own }],
] as const)("tells that a deposit was %s", async (outcome, { asset, recipient }) => {
  const before = await accountBefore(client);
  const id = network.deposits();
  await network.credit("shelf", { asset, amount: 7n, recipient: recipient(client.address) });
  expect(await untilHandled(client, { id, depositor: 0n, before })).toBe(outcome);
});

it("that is returned ends the command with another code than 0", () => {
  const error = new DepositReturnedError("shelf", 3);
  expect(exitCodeOf(error)).toBe(1);
  expect(error.message).toContain("Deposit 3 was not credited: the application of layer shelf refused it");
});
