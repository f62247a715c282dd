/** Why a transaction waits or was dropped. */
export type Reason = { readonly code: string; readonly message: string };

export const notTried = (): Reason => ({
  code: "sequencer/returning",
  message: "The layer was set back, and executes the transaction again in a moment. Ask again then.",
});

export const behindOthers = (nonce: number, first: Reason): Reason => ({
  code: first.code,
  message: `The transaction follows nonce ${nonce} of its account, which waits itself: ${first.message}`,
});

export const behindGap = (missing: number): Reason => ({
  code: "sequencer/returning",
  message:
    `Nonce ${missing} of the account was dropped, and this transaction was signed to follow it. ` +
    `Send any transaction with nonce ${missing}: then this one is executed.`,
});

export const legBehindGap = (missing: number): Reason => ({
  code: "sequencer/leg-behind-gap",
  message:
    `Nonce ${missing} of the account was dropped, and this leg was signed to follow it. ` +
    "The legs on other layers cannot wait for the account. Send the bundle again.",
});
