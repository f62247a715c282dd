import { parentPort, workerData } from "node:worker_threads";
import type { Transaction } from "@frond/protocol";
import { openStore } from "@frond/store";
import { createVerifier } from "../intake/verifySignatures.ts";
import { createSealer } from "../seal/sealBlock.ts";
import type { SealRequest } from "../types.ts";
import type { WorkerCall, WorkerReply, WorkerRole } from "./workers.ts";

const port = parentPort!;
const role = workerData as WorkerRole;
const { handle, close } = start();

/** Calls are answered one after the other; `undefined` ends the thread. */
let last: Promise<unknown> = Promise.resolve();
port.on("message", (call: WorkerCall | undefined) => {
  last = last.then(async () => {
    if (call === undefined) {
      await close();
      port.close();
      return;
    }
    port.postMessage(await reply(call));
  });
});

async function reply({ id, input }: WorkerCall): Promise<WorkerReply> {
  try {
    return { id, output: await handle(input) };
  } catch (error) {
    const { message = String(error), stack } = (error ?? {}) as { message?: string; stack?: string };
    return { id, error: message, ...(stack === undefined ? {} : { stack }) };
  }
}

function start(): { handle(input: unknown): Promise<unknown>; close(): Promise<void> } {
  if (role.role === "verify") {
    const verifier = createVerifier();
    return { handle: (input) => verifier.verify(input as Transaction[]), close: verifier.close };
  }
  const store = openStore(role.store);
  const sealer = createSealer(store, role.options);
  return { handle: (input) => sealer.seal(input as SealRequest), close: () => store.close() };
}
