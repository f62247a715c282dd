import { type Field, fieldToHex } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import { RpcError } from "./errors.ts";
import type { NodeApi } from "./nodeApi.ts";

/** The place in the application's source where a check failed. */
export type FailurePlace = { readonly file: string; readonly line: number; readonly column: number };

/** What a call would do if it were executed now. */
export type Simulation =
  | {
      readonly ok: true;
      /** What the layer would charge, in the smallest unit. */
      readonly fee: bigint;
      /** The entries that it would change, by key: their values before (null: none) and after. */
      readonly changes: readonly SimulatedChange[];
      /** The messages that it would send: to L1, or to other layers. */
      readonly messages: readonly Message[];
      /** The share of the largest block that it takes, above 0 up to 1. */
      readonly share: number;
      /** The time of the block that it would be in, in milliseconds since 1970. */
      readonly time: number;
    }
  | {
      readonly ok: false;
      /** The layer's stable code: `sequencer/execution-failed` when a check of the application failed. */
      readonly code: string;
      /** The text of the failed `assert`, or why the layer refuses. */
      readonly reason: string;
      readonly place?: FailurePlace;
    };

export type SimulatedChange = {
  readonly key: Field;
  readonly before: readonly Field[] | null;
  readonly after: readonly Field[];
};

/**
 * Asks the node what a call would do now. Nothing is signed, and nothing changes.
 * @throws {@link RpcError} when the node does not simulate now (`rpc/busy`), or does not at all
 * @throws {@link TransportError} when the node does not answer
 */
export async function simulateCall(
  node: NodeApi,
  call: { readonly sender: Field; readonly method: number; readonly args: readonly Field[] },
): Promise<Simulation> {
  const { sender, method, args } = call;
  try {
    const params = { sender: fieldToHex(sender), method, args: args.map(fieldToHex) };
    return { ok: true, ...(await node.simulate(params)) };
  } catch (error) {
    if (!(error instanceof RpcError) || !error.code.startsWith("sequencer/")) throw error;
    const { reason, location } = error.data as { reason?: string; location?: FailurePlace };
    return { ok: false, code: error.code, reason: reason ?? error.message, ...(location && { place: location }) };
  }
}
