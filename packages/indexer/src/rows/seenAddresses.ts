import type { Field } from "@frond/foundation";
import type { ApplicationDeclaration, BlockContent, ParameterDeclaration } from "@frond/sdk";

/**
 * Addresses that blocks name, each with the first block: of senders, of arguments and event fields that are addresses,
 * and of recipients. The key of an entry is a hash: only for an address that was seen is an entry known as its account.
 */
export function seenAddresses(
  contents: readonly BlockContent[],
  { methods, events }: ApplicationDeclaration,
): ReadonlyMap<Field, number> {
  const seen = new Map<Field, number>();
  for (const block of contents) {
    const see = (address: Field) => {
      if (address !== 0n && !seen.has(address)) seen.set(address, block.number);
    };
    for (const { sender, method, args } of block.transactions) {
      see(sender);
      if (method !== null) addressesAmong(methods[method]?.parameters ?? [], (_, i) => args[i]).forEach(see);
    }
    for (const { event, fields } of block.events) {
      const declared = events.find(({ name }) => name === event)?.fields ?? [];
      addressesAmong(declared, ({ name }) => (Object.hasOwn(fields, name) ? fields[name] : undefined)).forEach(see);
    }
    for (const { recipient, payload } of [...block.consumed, ...block.produced]) {
      see(recipient);
      // A message that is sent back has exchanged them.
      see(payload);
    }
  }
  return seen;
}

function addressesAmong(
  parameters: readonly ParameterDeclaration[],
  fieldOf: (parameter: ParameterDeclaration, position: number) => Field | undefined,
): Field[] {
  return parameters.flatMap((parameter, i) => {
    const value = parameter.type.kind === "address" ? fieldOf(parameter, i) : undefined;
    return value === undefined ? [] : [value];
  });
}
