import { address, callInterface, u128 } from "@frond/language";

/**
 * What the example applications call of each other, in one place: who calls and who is called know this, and not each other. The money of a call is the
 * asset and amount of its message.
 */

/** Gives the money to an account of the layer. A layer that does not keep the asset sends it back. */
export const credit = callInterface({ name: "credit", args: { account: address } });

/**
 * Sells the money of the message for at least `minimumOut` of the other asset. The layer that called gets the proceeds by `swapped`, for `account`; if the
 * swap is not possible, it gets back what it sent.
 */
export const swap = callInterface({ name: "swap", args: { account: address, minimumOut: u128 } });

/** Proceeds of a swap that the layer asked for: `sold` of what it sent made the money of this message. */
export const swapped = callInterface({ name: "swapped", args: { account: address, sold: u128 } });
