import * as z from "zod";

/** An Ethereum provider as wallets in a page have it (EIP-1193). */
export type Provider = {
  request(call: { readonly method: string; readonly params?: unknown }): Promise<unknown>;
};

/** A wallet that has announced itself (EIP-6963). `icon` is a data URL: show it as an image, never as markup. */
export type DiscoveredWallet = {
  readonly uuid: string;
  readonly name: string;
  /** The reversed domain name of its maker: `io.metamask`. */
  readonly rdns: string;
  readonly icon: string;
  readonly provider: Provider;
};

/** What is needed of `window`. */
export type EventPlace = Pick<EventTarget, "addEventListener" | "removeEventListener" | "dispatchEvent"> & {
  readonly Event: typeof Event;
};

/** Any script of the page can announce wallets, so that there is an end. */
const MAXIMUM_WALLETS = 64;

const detailSchema = z.object({
  info: z.object({
    uuid: z.string().min(1).max(100),
    name: z.string().min(1).max(100),
    rdns: z.string().max(200),
    icon: z.string().max(100_000),
  }),
  provider: z.custom<Provider>((value) => typeof (value as Provider | null)?.request === "function"),
});

/**
 * Asks the wallets of the page to announce themselves, and calls `listener` with all that are known whenever one is
 * found: at once, or later, while they load. Ends when the function that this returns is called.
 */
export function discoverWallets(
  listener: (wallets: readonly DiscoveredWallet[]) => void,
  place: EventPlace = (globalThis as unknown as { readonly window: EventPlace }).window,
): () => void {
  const found = new Map<string, DiscoveredWallet>();
  function hear(event: Event): void {
    const parsed = detailSchema.safeParse((event as Event & { readonly detail?: unknown }).detail);
    if (!parsed.success || found.has(parsed.data.info.uuid) || found.size >= MAXIMUM_WALLETS) return;
    const { info, provider } = parsed.data;
    found.set(info.uuid, { ...info, provider });
    listener([...found.values()]);
  }
  place.addEventListener("eip6963:announceProvider", hear);
  place.dispatchEvent(new place.Event("eip6963:requestProvider"));
  return () => place.removeEventListener("eip6963:announceProvider", hear);
}
