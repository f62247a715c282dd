import { type Field, fieldToHex } from "@frond/foundation";
import {
  fieldSchema,
  type Holder,
  integerSchema,
  layerConfigSchema,
  messageSchema,
  type Preconfirmation,
  preconfirmationSchema,
  type Transaction,
  toJsonValue,
  transactionToJson,
} from "@frond/protocol";
import * as z from "zod";
import { createCaller, parseAnswer } from "./callRpc.ts";
import { RpcError } from "./errors.ts";
import type { Transport } from "./transport/types.ts";

const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text as `0x${string}`);

const layerSchema = z.object({
  layerId: fieldSchema,
  config: layerConfigSchema,
  chainId: z.coerce.bigint(),
  settlement: addressSchema,
});

const transactionStatusSchema = z.object({
  status: z.enum(["unknown", "preconfirmed", "sealed", "proven", "settled", "returning", "dropped"]),
  block: z.number().optional(),
  epoch: z.number().optional(),
  position: z.number().optional(),
  /** The reason of a drop, or of the wait for another execution. */
  code: z.string().optional(),
  message: z.string().optional(),
});

const forcedStatusSchema = z.object({
  status: z.enum(["unknown", "sealed", "proven", "settled"]),
  block: z.number().optional(),
  epoch: z.number().optional(),
  time: z.number().optional(),
  /** Whether it was executed; if not, `problem` says why it is invalid. */
  ok: z.boolean().optional(),
  problem: z.string().optional(),
});

/** What became of a forced transaction. `unknown`: no block of the layer has taken it. */
export type ForcedStatus = z.output<typeof forcedStatusSchema>;

const statusSchema = z.looseObject({
  time: z.number(),
  /** The present fee of a transaction. */
  fee: z.looseObject({ fee: integerSchema(64) }).optional(),
  /** What the parts of the node say; the link tells how the layer stands with the coordinator. */
  stages: z.record(z.string(), z.looseObject({ coordinator: z.string().optional() })).optional(),
});

const simulationSchema = z.object({
  fee: integerSchema(64),
  changes: z.array(
    z.object({ key: fieldSchema, before: z.array(fieldSchema).nullable(), after: z.array(fieldSchema) }),
  ),
  messages: z.array(messageSchema),
  share: z.number(),
  time: z.number(),
});

/** The layer's present time and fee. */
export type LayerStatus = z.output<typeof statusSchema>;

/** A node's description of its layer. */
export type LayerInfo = z.output<typeof layerSchema>;

/**
 * The progress of a transaction (docs/protocol.md 8). `returning`: after a set-back, the transaction waits until the
 * layer can execute it again. `dropped`: the layer withdrew its promise.
 */
export type TransactionStatus = z.output<typeof transactionStatusSchema>;

/** The JSON-RPC methods of a node that the client uses. A schema validates every answer. */
export type NodeApi = ReturnType<typeof createNodeApi>;

export function createNodeApi(transport: Transport) {
  const call = createCaller(transport);

  return {
    layer: () => call("frond_getLayer", {}, layerSchema),
    application: () => call("frond_application", {}, z.looseObject({ name: z.string() })),
    status: () => call("frond_status", {}, statusSchema),
    account: (address: Field) =>
      call(
        "frond_getAccount",
        { address: fieldToHex(address) },
        z.looseObject({ nonce: z.number(), values: z.array(fieldSchema).nullish() }),
      ),
    /** Whether the layer has handled a deposit, by who made it on L1: an account, or a contract such as a router. */
    deposit: ({ id, depositor }: { readonly id: number; readonly depositor: Field }) =>
      call("frond_getDeposit", { id, depositor: fieldToHex(depositor) }, z.looseObject({ isHandled: z.boolean() })),
    entry: (key: Field) =>
      call("frond_getEntry", { key: fieldToHex(key) }, z.looseObject({ values: z.array(fieldSchema).nullish() })),
    transaction: (hash: Field) => call("frond_getTransaction", { hash: fieldToHex(hash) }, transactionStatusSchema),
    /** Gives the node an owner's word that they hold their account as it is now. */
    hold: ({ publicKey, signature }: Holder, valuesHash: Field) =>
      call(
        "frond_hold",
        { ...toJsonValue({ publicKey, signature }), valuesHash: fieldToHex(valuesHash) },
        z.looseObject({ block: z.number() }),
      ),
    /** By the forced hash, as `ForcedCall` has it. */
    forced: (hash: Field) => call("frond_getForced", { hash: fieldToHex(hash) }, forcedStatusSchema),
    /** What an unsigned call would do now. */
    simulate: (params: object) => call("frond_simulate", params, simulationSchema),
    block: (number: number) => call("frond_getBlock", { number }, z.looseObject({ number: z.number() })),
    epoch: (epoch: number) => call("frond_getEpoch", { epoch }, z.looseObject({ epoch: z.number() })),

    /** Sends transactions in order. Returns one outcome per transaction. */
    async sendTransactions(transactions: readonly Transaction[]): Promise<(Preconfirmation | RpcError)[]> {
      const method = "frond_sendTransaction";
      const calls = transactions.map((transaction) => ({
        method,
        params: { transaction: transactionToJson(transaction) },
      }));
      const outcomes = await transport.send(calls);
      return outcomes.map((outcome) =>
        outcome.ok ? parseAnswer(method, preconfirmationSchema, outcome.result) : outcome.error,
      );
    },
  };
}

export function isRpcError(outcome: unknown): outcome is RpcError {
  return outcome instanceof RpcError;
}
