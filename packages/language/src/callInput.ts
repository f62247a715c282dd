import type { Fields, FieldType, IntegerType } from "./types.ts";
import type { InputOf } from "./valueOf.ts";
import type { FieldLike } from "./values.ts";

/** A message to another layer. Omitted fields are zero; `asset` 0 means no asset. */
export type CallInput = {
  readonly to: InputOf<FieldType>;
  readonly asset?: InputOf<IntegerType<32>>;
  readonly amount?: InputOf<IntegerType<128>>;
  readonly recipient?: FieldLike;
  readonly payload?: InputOf<FieldType>;
};

/**
 * A call that another application declares. `to` is the layer of that application; `args` are the call's arguments.
 * Omitted fields are zero.
 */
export type TypedCallInput<A extends Fields> = Omit<CallInput, "payload"> & {
  readonly args: { readonly [N in keyof A]: InputOf<A[N]> };
};
