import { type Address, type Hex, isAddressEqual, type PublicClient } from "viem";
import { type ContractArtifact, compileSources, linkCode } from "./compileContracts.ts";
import { findVerifier } from "./deploySettlement.ts";

type Place = { readonly publicClient: PublicClient; readonly cacheDirectory?: string };

/**
 * Whether the contract at an address is what the source of a generated verifier compiles to, with the libraries that it
 * calls. The creation code is executed by the node, without a transaction, and gives what is there after a deployment.
 */
export async function isVerifierAt(place: Place, address: Address, source: string): Promise<boolean> {
  const { cacheDirectory } = place;
  const artifacts = compileSources({ "Verifier.sol": source }, cacheDirectory === undefined ? {} : { cacheDirectory });
  return await isAt(place, { address, contract: findVerifier(artifacts), artifacts });
}

type Compared = {
  readonly address: Address;
  readonly contract: ContractArtifact;
  readonly artifacts: Record<string, ContractArtifact>;
};

async function isAt({ publicClient, ...rest }: Place, { address, contract, artifacts }: Compared): Promise<boolean> {
  const names = [...new Set(contract.linkReferences.map(({ library }) => library))];
  const marks = new Map(names.map((name, i) => [name, markOf(i)]));
  const { data: made } = await publicClient.call({ data: linkCode(contract, Object.fromEntries(marks)) });
  const there = await publicClient.getCode({ address });
  if (made === undefined || there === undefined || made.length !== there.length) return false;
  let expected = withoutOwnAddress(made);
  const actual = withoutOwnAddress(there);
  for (const [name, mark] of marks) {
    const at = expected.indexOf(mark.slice(2));
    if (at === -1) continue;
    const library = `0x${actual.slice(at, at + mark.length - 2)}` as const;
    expected = expected.replaceAll(mark.slice(2), library.slice(2));
    const known = artifacts[name];
    if (known === undefined || isAddressEqual(library, address)) return false;
    if (!(await isAt({ publicClient, ...rest }, { address: library, contract: known, artifacts }))) return false;
  }
  return expected === actual;
}

/** An address that no library has, to find where libraries are called. */
function markOf(index: number): Address {
  return `0x${"f07d".repeat(9)}${index.toString(16).padStart(4, "0")}`;
}

/** A library's code begins with its own address, which depends on who deployed it. */
function withoutOwnAddress(code: Hex): string {
  const OWN = /^0x73[0-9a-f]{40}3014/;
  return OWN.test(code) ? code.replace(OWN, `0x73${"0".repeat(40)}3014`) : code;
}
