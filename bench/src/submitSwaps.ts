import { once } from "node:events";
import { type Transaction, transactionToJson } from "@frond/protocol";
import { WebSocket } from "ws";

export type Submitted = {
  readonly seconds: number;
  /** Of each transaction from when it was due to its answer, in milliseconds, sorted. */
  readonly latencies: readonly number[];
};

/** A transaction as a JSON-RPC request. */
export const requestOf = (transaction: Transaction, id: number): string =>
  JSON.stringify({
    jsonrpc: "2.0",
    id,
    method: "frond_sendTransaction",
    params: { transaction: transactionToJson(transaction) },
  });

/**
 * Sends requests (ids 0, 1, ..) over one WebSocket and waits until each is answered with a preconfirmation: at most
 * `inFlight` at once, and, given `perSecond`, each when it is due, late or not, so that a slow answer is not hidden by
 * fewer questions.
 */
export async function submitSwaps(
  url: string,
  requests: readonly string[],
  { inFlight = Number.POSITIVE_INFINITY, perSecond }: { inFlight?: number; perSecond?: number },
): Promise<Submitted> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { perMessageDeflate: false });
  await once(socket, "open");
  const due: number[] = new Array(requests.length);
  const latencies: number[] = [];
  let sent = 0;
  const started = performance.now();
  try {
    await new Promise<void>((resolve, reject) => {
      const sendAllowed = () => {
        const now = performance.now();
        const scheduled = perSecond === undefined ? requests.length : ((now - started) * perSecond) / 1000;
        while (sent < Math.min(requests.length, scheduled) && sent - latencies.length < inFlight) {
          due[sent] = perSecond === undefined ? now : started + (sent * 1000) / perSecond;
          socket.send(requests[sent++]!);
        }
      };
      const timer = perSecond === undefined ? undefined : setInterval(sendAllowed, 1);
      socket.on("close", () => reject(new Error("The node closed the connection.")));
      socket.on("message", (data) => {
        const { id, error } = JSON.parse(String(data)) as { id: number; error?: { message: string } };
        if (error !== undefined) {
          clearInterval(timer);
          reject(new Error(`The node refused swap ${id}: ${error.message}`));
          return;
        }
        latencies.push(performance.now() - due[id]!);
        if (latencies.length === requests.length) {
          clearInterval(timer);
          resolve();
        } else if (perSecond === undefined) {
          sendAllowed();
        }
      });
      sendAllowed();
    });
  } finally {
    socket.terminate();
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** The value below which the given share of sorted values lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
