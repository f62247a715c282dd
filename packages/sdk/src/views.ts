import { fieldToHex } from "@frond/foundation";
import { decodeView, encodeView, type ViewArguments, type ViewResult, type ViewTypes } from "@frond/language/interface";
import { fieldSchema } from "@frond/protocol";
import * as z from "zod";
import { createCaller } from "./callRpc.ts";
import type { Transport } from "./transport/types.ts";

export type ViewOptions = {
  /** A sealed block, after which the state is asked for; by default the state that preconfirmed transactions see. */
  readonly block?: number;
};

/** `client.views.price({})` asks the node, which computes it from what it has: the answer is not proven. */
export type Views<V> = {
  readonly [N in keyof V]: (args: ViewArguments<V[N]>, options?: ViewOptions) => Promise<ViewResult<V[N]>>;
};

const answerSchema = z.looseObject({ values: z.array(fieldSchema) });

/**
 * The views of an application, as its node answers them. A call throws as follows.
 * @throws {@link RpcError} `rpc/view-failed` when the view has no answer, `rpc/too-far-back` when the node does not
 * know the state after the block any more
 */
export function createViews<V>({ views = {} }: { readonly views?: ViewTypes }, transport: Transport): Views<V> {
  const call = createCaller(transport);
  const asked = Object.keys(views).map((view) => {
    const ask = async (args: Readonly<Record<string, unknown>>, { block }: ViewOptions = {}) => {
      const fields = encodeView({ views }, view, args).map((field) => fieldToHex(field));
      const params = { view, args: fields, ...(block === undefined ? {} : { block }) };
      const { values } = await call("frond_view", params, answerSchema);
      return decodeView({ views }, view, values);
    };
    return [view, ask] as const;
  });
  return Object.fromEntries(asked) as never;
}
