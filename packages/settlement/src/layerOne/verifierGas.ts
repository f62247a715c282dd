import type { Address, Hex, PublicClient } from "viem";

type Call = { readonly to?: string; readonly input: Hex; readonly gasUsed: Hex; readonly calls?: readonly Call[] };

/** Gas of the verifier's call inside a settle transaction, from a trace; 0 where the node offers none. */
export async function verifierGasOf(
  { publicClient, verifier }: { readonly publicClient: PublicClient; readonly verifier: Address },
  hash: Hex,
): Promise<bigint> {
  try {
    const trace = (await publicClient.request({
      method: "debug_traceTransaction",
      params: [hash, { tracer: "callTracer" }],
    } as never)) as Call;
    const call = trace.calls?.find(({ to }) => to?.toLowerCase() === verifier.toLowerCase());
    return BigInt(call?.gasUsed ?? 0);
  } catch {
    // Public nodes rarely trace; the figure is for people only.
    return 0n;
  }
}
