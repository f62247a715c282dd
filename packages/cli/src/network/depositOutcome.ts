import { until } from "@frond/foundation";
import { bounceOf, fromJsonValue, messageSchema, toJson } from "@frond/protocol";
import { depositSource } from "@frond/store";
import * as z from "zod";
import type { AnyClient } from "./accounts.ts";

/** An account on a layer before a deposit to it. */
export type AccountBefore = { readonly values: string; readonly sealedBlock: number };

/** A deposit on its way to a layer. */
export type PendingDeposit = {
  readonly id: number;
  /** Who deposited, on L1. */
  readonly depositor: bigint;
  readonly before: AccountBefore;
};

const POLL_MILLISECONDS = 200;

const statusSchema = z.looseObject({ sealedBlock: z.number() });
const blockSchema = z.looseObject({
  time: z.number(),
  consumed: z.array(z.looseObject({ source: z.string(), position: z.number(), message: messageSchema })),
  produced: z.array(messageSchema),
});
type Block = z.output<typeof blockSchema>;

export async function accountBefore(client: AnyClient): Promise<AccountBefore> {
  const { sealedBlock } = statusSchema.parse(await client.node.status());
  return { values: await valuesOf(client), sealedBlock };
}

/**
 * Waits until the layer has handled a deposit. If the account's entry has changed, the deposit was credited. If not,
 * the application keeps the money in another place, or the deposit goes back: the sealed block tells.
 */
export async function untilHandled(client: AnyClient, deposit: PendingDeposit): Promise<"credited" | "returned"> {
  const { id, depositor, before } = deposit;
  const isHandled = async () => (await client.node.deposit({ id, depositor })).isHandled;
  await until(isHandled, { everyMilliseconds: POLL_MILLISECONDS });
  if ((await valuesOf(client)) !== before.values) return "credited";
  const block = await until(() => findBlock(client, deposit), { everyMilliseconds: POLL_MILLISECONDS });
  return isReturned(client, block, deposit) ? "returned" : "credited";
}

/** The sealed block that consumed the deposit. */
async function findBlock(client: AnyClient, deposit: PendingDeposit): Promise<Block | undefined> {
  const { sealedBlock } = statusSchema.parse(await client.node.status());
  for (let number = deposit.before.sealedBlock + 1; number <= sealedBlock; number++) {
    const block = fromJsonValue(blockSchema, await client.node.block(number));
    if (consumedIn(block, deposit) !== undefined) return block;
  }
  return undefined;
}

function consumedIn({ consumed }: Block, { id, depositor }: PendingDeposit) {
  return consumed.find(({ source, position }) => source === depositSource(depositor) && position === id)?.message;
}

function isReturned({ layer: { layerId } }: AnyClient, block: Block, deposit: PendingDeposit): boolean {
  const bounce = bounceOf(consumedIn(block, deposit)!, { layerId, time: block.time });
  return bounce !== undefined && block.produced.some((message) => toJson(message) === toJson(bounce));
}

/** The values of the account's entry, comparable. */
async function valuesOf(client: AnyClient): Promise<string> {
  return String((await client.node.account(client.address)).values);
}
