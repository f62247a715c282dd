/** What a module does not define itself: an item of the circuit library, or a constant that the module declares. */
export type Item =
  | { readonly kind: "library"; readonly module: string; readonly name: string }
  | { readonly kind: "global"; readonly global: Global };

export const GLOBAL_GROUPS = ["method", "exit", "selector", "map", "position", "entryKey", "power"] as const;

export type Global = {
  readonly group: (typeof GLOBAL_GROUPS)[number];
  readonly name: string;
  readonly type: "Field" | "u32";
  /** The value in Noir. */
  readonly value: string;
  /** The place among the constants of its group. */
  readonly order: number;
};

/** The items of the circuit library that generated expressions use, by their module. */
export const LIBRARY = {
  common_bits: "bits",
  masked_bits: "bits",
  number_of_bits: "bits",
  cut: "data",
  EntryWords: "data",
  hash: "hash",
  equal: "integer",
  fits: "integer",
  is_ethereum_address: "integer",
  is_field_less: "integer",
  is_within: "integer",
  either: "logic",
  select: "logic",
  unpack: "packed",
  Opened: "procedure",
  Sent: "procedure",
  L1_LAYER_ID: "constants",
} as const;
