import { fieldSchema, integerSchema, messageSchema } from "@frond/protocol";
import * as z from "zod";
import { createCaller } from "./callRpc.ts";
import type { Transport } from "./transport/types.ts";

const headSchema = z.object({
  number: z.int(),
  time: z.int(),
  stateRoot: fieldSchema,
  status: z.enum(["sealed", "proven", "settled"]),
});

const placedMessageSchema = z
  .object({ hash: fieldSchema })
  .loose()
  .transform((given, context) => {
    const { hash, ...rest } = given;
    const parsed = messageSchema.safeParse(rest);
    if (parsed.success) return { hash, ...parsed.data };
    context.addIssue({ code: "custom", message: "is no message" });
    return z.NEVER;
  });

const transactionSchema = z.object({
  hash: fieldSchema,
  isForced: z.boolean(),
  sender: fieldSchema,
  method: z.int().nullable(),
  args: z.array(fieldSchema),
  nonce: z.int().nullable(),
  fee: integerSchema(64),
  bundle: fieldSchema,
  problem: z.string().optional(),
});

const entrySchema = z.object({ key: fieldSchema, values: z.array(fieldSchema) });

const contentSchema = headSchema.extend({
  stateRootBefore: fieldSchema,
  epoch: z.int(),
  size: z.string(),
  sealedAt: z.int(),
  transactions: z.array(transactionSchema),
  consumed: z.array(placedMessageSchema),
  produced: z.array(placedMessageSchema),
  entries: z.array(entrySchema),
  events: z.array(
    z.object({
      event: z.string(),
      fields: z.record(z.string(), fieldSchema),
      transaction: fieldSchema.optional(),
      from: fieldSchema.optional(),
    }),
  ),
});

const pageSchema = z.object({
  before: headSchema.nullable(),
  blocks: z.array(contentSchema),
  open: z.object({ number: z.int(), transactions: z.array(transactionSchema) }).nullable(),
  lastBlock: z.int(),
});

const scalarSchema = z.union([
  z.object({ kind: z.enum(["integer", "signed"]), bits: z.int().min(1).max(256) }),
  z.object({ kind: z.literal("enumeration"), members: z.array(z.string()) }),
  z.object({ kind: z.enum(["field", "bool", "address", "ethereumAddress"]) }),
]);
const parametersSchema = z.array(z.object({ name: z.string(), type: scalarSchema }));

const declarationSchema = z.object({
  name: z.string(),
  methods: z.array(z.object({ name: z.string(), parameters: parametersSchema })),
  maps: z.array(z.object({ id: z.int(), name: z.string(), fields: parametersSchema })),
  events: z.array(z.object({ name: z.string(), fields: parametersSchema })),
});

/**
 * Tells a block from every other one that has ever had its number (docs/rpc.md). `time` is in milliseconds since 1970.
 */
export type BlockHead = z.output<typeof headSchema>;
/**
 * A transaction of a block. `fee` is in the layer's smallest unit, `bundle` is 0 for one by itself. A forced one that
 * can't be read has neither a method nor a nonce; one with a `problem` was invalid, and has changed nothing.
 */
export type BlockTransaction = z.output<typeof transactionSchema>;
/** A sealed block with all that is in it. */
export type BlockContent = z.output<typeof contentSchema>;
/** The type of one flattened value. */
export type ScalarDeclaration = z.output<typeof scalarSchema>;
/** The flattened parts of a method's arguments, of an event or of an entry, in their order. */
export type ParameterDeclaration = { readonly name: string; readonly type: ScalarDeclaration };
/** Names and types of a layer's application, as its node tells them. The position of a method is its number. */
export type ApplicationDeclaration = z.output<typeof declarationSchema>;

type BlockRange = { readonly fromBlock: number; readonly limit?: number; readonly withOpen?: boolean };

/** What a node tells to whoever shows or copies its layer's history. Answers pass a schema. */
export type BlockReader = ReturnType<typeof createBlockReader>;

/** Reads pages of a layer's blocks. */
export function createBlockReader(transport: Transport) {
  const call = createCaller(transport);
  return {
    /**
     * Blocks from `fromBlock` on, at most 16, and fewer if they hold much. `before` is the head of the block before;
     * null if it is not kept. `open` are the transactions of the open block, if they are asked for and the page
     * reaches it, and null otherwise.
     * @throws {@link RpcError} `rpc/not-kept` if the node has pruned them
     */
    blocks: ({ fromBlock, limit = 16, withOpen = false }: BlockRange) =>
      call("frond_getBlocks", { fromBlock, limit, withOpen }, pageSchema),
    /** Heads of blocks from `fromBlock` on, at most 1,000. @throws {@link RpcError} `rpc/not-kept` */
    heads: ({ fromBlock, limit = 256 }: { readonly fromBlock: number; readonly limit?: number }) =>
      call("frond_getBlockHeads", { fromBlock, limit }, z.object({ heads: z.array(headSchema), lastBlock: z.int() })),
    /** The entries that the layer began with. */
    genesis: () => call("frond_getGenesis", {}, z.object({ entries: z.array(entrySchema) })),
    declaration: () => call("frond_application", {}, declarationSchema),
  };
}
