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
