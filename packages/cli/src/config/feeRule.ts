/** How a layer charges. Amounts are in the smallest unit of what the application's `fee` takes. */
export type FeeRule =
  /** Nothing is charged; an account sends at most `transactions` in `seconds`. */
  | { readonly kind: "free"; readonly quota?: { readonly transactions: number; readonly seconds: number } }
  | { readonly kind: "fixed"; readonly fee: bigint }
  /** A base fee that rises while blocks are fuller than `targetFullness` and falls while they are emptier, by at most `maxChange` a block. */
  | {
      readonly kind: "eip1559";
      readonly initialBaseFee: bigint;
      readonly minimumBaseFee: bigint;
      /** Above 0, at most 1. */
      readonly targetFullness: number;
      readonly maxChange: number;
    };
