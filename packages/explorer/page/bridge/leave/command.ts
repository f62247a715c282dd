import type { Deployment } from "../../network/trust.ts";

/** The options by which a command finds the contract, on a machine that has nothing of the network. */
export function placeOptions({ l1Url, settlement }: Pick<Deployment, "l1Url" | "settlement">): string {
  return `--l1 ${shellWord(l1Url)} --settlement ${settlement}`;
}

/** Quotes what a shell would read otherwise: names and addresses are what others have chosen. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
