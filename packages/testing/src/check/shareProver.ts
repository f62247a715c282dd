import { createProver, createReferenceString, type Prover } from "@frond/prover";

/** The prover of all worlds of this process, and how many use it. */
let shared: { readonly prover: Promise<Prover>; users: number } | undefined;

/**
 * Starts the prover, or takes the one that runs. `close` ends it, once all who use it have called theirs.
 * @throws ReferenceStringError
 */
export function shareProver(): { readonly prover: Promise<Prover>; close(): Promise<void> } {
  shared ??= { prover: startProver(), users: 0 };
  const mine = shared;
  mine.users += 1;
  let isClosed = false;
  return {
    prover: mine.prover,
    async close() {
      if (isClosed) return;
      isClosed = true;
      mine.users -= 1;
      if (mine.users > 0) return;
      if (shared === mine) shared = undefined;
      await (await mine.prover).close();
    },
  };
}

async function startProver(): Promise<Prover> {
  return await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
}
