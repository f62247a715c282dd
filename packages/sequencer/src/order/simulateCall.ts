import { type Field, GENERATOR } from "@frond/foundation";
import type { Program } from "@frond/language";
import { LAST_TIME, NO_LINK, type Transaction } from "@frond/protocol";
import { simulationWaits } from "../errors.ts";
import { admitTransaction } from "../intake/admitTransaction.ts";
import type { SimulatedCall, UnsignedCall } from "../types.ts";
import { MustWait } from "./mustWait.ts";
import type { Orderer } from "./types.ts";

/** More than any fee. */
const ANY_FEE = 2n ** 64n - 1n;
/** Nobody's: it passes the checks of shape, and is not verified. */
const NO_SIGNATURE = { r: GENERATOR, s: 0n };

/**
 * Executes a call on the side, with the account's next nonce and whatever fee is due. Changes nothing.
 * @throws SequencerError as `submit` would reject the call, and simulation-waits when it would wait
 */
export function simulateCall(
  { sender, method, args }: UnsignedCall,
  { orderer, program, layerId }: { readonly orderer: Orderer; readonly program: Program; readonly layerId: Field },
): SimulatedCall {
  const transaction: Transaction = {
    layerId,
    method,
    args,
    nonce: orderer.nonceOf(sender),
    maxFee: ANY_FEE,
    expiry: LAST_TIME,
    publicKey: GENERATOR,
    link: NO_LINK,
    signature: NO_SIGNATURE,
  };
  admitTransaction(transaction, { program, layerId });
  const { effect, fee, share, time } = probe(orderer, { transaction, hash: 0n, sender });
  const { read } = orderer.tip.state;
  const changes = effect.touched.flatMap((key) => {
    const [before, after] = [read(key) ?? null, effect.values.get(key)!];
    return after.some((value, i) => value !== (before?.[i] ?? 0n)) ? [{ key, before, after }] : [];
  });
  return { fee, changes, messages: effect.produced, share, time };
}

function probe(orderer: Orderer, input: Parameters<Orderer["probe"]>[0]): ReturnType<Orderer["probe"]> {
  try {
    return orderer.probe(input);
  } catch (error) {
    throw error instanceof MustWait ? simulationWaits(error.message) : error;
  }
}
