import { type Field, fieldToHex, until } from "@frond/foundation";

/** Waits until a layer has handled a deposit, and with it every earlier one of the same depositor. */
export async function depositHandled(
  url: string,
  { id, depositor }: { readonly id: number; readonly depositor: Field },
): Promise<void> {
  const params = { id, depositor: fieldToHex(depositor) };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_getDeposit", params });
  const headers = { "content-type": "application/json" };
  await until(async () => {
    const response = await fetch(url, { method: "POST", headers, body });
    return ((await response.json()) as { result: { isHandled: boolean } }).result.isHandled;
  });
}
