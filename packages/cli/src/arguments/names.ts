/** What names stand for on the command line: an account's for its addresses, a layer's for its id. */
export type Names = {
  /** The accounts that are mentioned. */
  readonly addresses: ReadonlyMap<string, AddressesOfAccount>;
  readonly layerIds: ReadonlyMap<string, bigint>;
  /** The names of all accounts, for the message about a name that is unknown. */
  readonly accounts: readonly string[];
};

export type AddressesOfAccount = {
  /** The same on every layer. */
  readonly onLayers: bigint;
  readonly onLayerOne: `0x${string}`;
};

export const NO_NAMES: Names = { addresses: new Map(), layerIds: new Map(), accounts: [] };
