import * as z from "zod";

/** Where the network is. */
export type Place = {
  readonly coordinator: string;
  /** An L1 that lets pages in; without one, the coordinator of a local network is asked. */
  readonly l1: string | undefined;
  /** The contract on L1; without one, the coordinator says it. */
  readonly settlement: `0x${string}` | undefined;
};

const url = z.url({ protocol: /^(https?|wss?)$/ });
const settlement = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text as `0x${string}`);
const configSchema = z.object({ coordinator: url.optional(), l1: url.optional(), settlement: settlement.optional() });

/**
 * The place that the address of the page names (`?coordinator=..&l1=..&settlement=..`), or `config.json` beside the
 * page, or the server that the page came from.
 */
export async function loadPlace({ href }: { readonly href: string }): Promise<Place> {
  const asked = configSchema.safeParse(Object.fromEntries(new URL(href).searchParams));
  const named = asked.success ? asked.data : {};
  const written = configSchema.parse(await (await fetch(new URL("./config.json", href))).json());
  const coordinator = named.coordinator ?? written.coordinator ?? new URL(href).origin;
  return {
    coordinator: socketUrl(coordinator),
    l1: named.l1 ?? written.l1,
    settlement: named.settlement ?? written.settlement,
  };
}

/** The address at which a server tells of changes. */
export function socketUrl(url: string): string {
  return url.replace(/^http/, "ws");
}
