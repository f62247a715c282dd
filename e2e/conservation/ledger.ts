import { readCredit, testTokenAbi } from "@frond/contracts";
import { ASSETS, type AssetName, numberOf, type Person, type World } from "./world.ts";

/** Amounts of people by asset. */
export type Ledger = {
  add(person: Person, asset: AssetName, amount: bigint): void;
  of(person: Person, asset: AssetName): bigint;
};

function createLedger(): Ledger {
  const amounts = new Map<string, bigint>();
  const keyOf = (person: Person, asset: AssetName) => `${person.recipient}/${asset}`;
  const of: Ledger["of"] = (person, asset) => amounts.get(keyOf(person, asset)) ?? 0n;
  return { of, add: (person, asset, amount) => void amounts.set(keyOf(person, asset), of(person, asset) + amount) };
}

/** What everybody may claim on L1. */
export async function creditsOf({ l1, people }: World): Promise<Ledger> {
  const ledger = createLedger();
  for (const person of people)
    for (const asset of ASSETS)
      ledger.add(person, asset, await readCredit(l1, { owner: person.recipient, asset: numberOf(asset) }));
  return ledger;
}

/** What an address has on L1. */
export async function balanceOf({ l1, token }: World, address: `0x${string}`, asset: AssetName): Promise<bigint> {
  const { publicClient } = l1;
  if (asset === "ether") return await publicClient.getBalance({ address });
  return await publicClient.readContract({
    ...{ address: token, abi: testTokenAbi, functionName: "balanceOf", args: [address] },
  });
}
