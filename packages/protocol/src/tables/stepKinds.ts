/** The steps of an aggregate, as its circuit numbers them (docs/protocol.md 6). */
export const STEP_KINDS = { none: 0, block: 1, aggregate: 2, register: 3, freeze: 4, upgrade: 5 } as const;
