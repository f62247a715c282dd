import { address, callInterface, u128 } from "@frond/language";

/**
 * The calls between the example applications. Callers and receivers import this file and not each other. The money of
 * a call is the asset and the amount of its message.
 */

/** Credits the money to an account of the layer. A layer that does not keep the asset returns the money. */
export const credit = callInterface({ name: "credit", args: { account: address } });

/**
 * Sells the money of the message for at least `minimumOut` of the other asset. The caller's layer receives the proceeds
 * by `swapped`, for `account`. If the swap is not possible, the message bounces with its money.
 */
export const swap = callInterface({ name: "swap", args: { account: address, minimumOut: u128 } });

/** The proceeds of a swap that the layer requested: `sold` of the sent asset bought the money of this message. */
export const swapped = callInterface({ name: "swapped", args: { account: address, sold: u128 } });
