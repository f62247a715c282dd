/** The kinds of messages that the language speaks of, by the names it uses (ARCHITECTURE.md, kinds). */
export const MESSAGE_KINDS = { deposit: 1, withdrawal: 2, call: 3, bounce: 4 } as const;

/** The kinds that an application can handle. */
export type HandledKind = "deposit" | "call" | "bounce";
