import { until } from "@frond/foundation";

/** Waits until a layer has handled the deposit with the given number on L1. */
export async function depositsHandled(url: string, last: number): Promise<void> {
  await until(async () => (await lastDeposit(url)) >= last);
}

async function lastDeposit(url: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status", params: {} });
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = (await response.json()) as { result: { deposit: number | null } };
  return answer.result.deposit ?? -1;
}
