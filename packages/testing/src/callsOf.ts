import { FIELD_MODULUS, type Field } from "@frond/foundation";
import type { Application, Fields, PlainOf, Type } from "@frond/language";
import fc from "fast-check";
import type { CallOf } from "./types.ts";

/** Whom calls come from, and what they name. */
type Among = {
  /** The senders, and all addresses among arguments. */
  readonly accounts: readonly Field[];
  /** What arguments of the type `field` often are, such as ids of layers. */
  readonly fields?: readonly Field[];
};

/**
 * Sequences of calls of an application by random accounts, with arguments of the types that it declares: small numbers,
 * the ends of their ranges, and anything between. `methods` leaves out the others, `maxLength` is 20 unless given.
 *
 * @example
 * fc.assert(fc.asyncProperty(callsOf(token, { accounts: accounts(3) }), async (calls) => {
 * const world = await createWorld({ layers: { token } });
 * for (const call of calls) await world.layers.token.attempt(call);
 * world.conserves(ETHER);
 * }));
 */
export function callsOf<A extends Application>(
  application: A,
  {
    maxLength = 20,
    methods = Object.keys(application.methods),
    ...among
  }: Among & { readonly maxLength?: number; readonly methods?: readonly (keyof A["methods"] & string)[] },
): fc.Arbitrary<readonly CallOf<A>[]> {
  const calls = methods.map((method) =>
    fc.record({
      sender: fc.constantFrom(...among.accounts),
      method: fc.constant(method),
      args: argumentsOf(application, method, among),
    }),
  );
  return fc.array(fc.oneof(...calls), { maxLength }) as unknown as fc.Arbitrary<readonly CallOf<A>[]>;
}

/** The arguments of one method, in the form that a client passes. */
export function argumentsOf<A extends Application, const N extends keyof A["methods"] & string>(
  { methods }: A,
  method: N,
  among: Among,
): fc.Arbitrary<{ readonly [P in keyof A["methods"][N]]: PlainOf<A["methods"][N][P]> }> {
  return fieldsOf((methods as Application["methods"])[method] ?? {}, among) as never;
}

function fieldsOf(fields: Fields, among: Among): fc.Arbitrary<object> {
  return fc.record(Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, valueFrom(type, among)])));
}

function valueFrom(type: Type, among: Among): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "struct":
      return fieldsOf(type.fields, among);
    case "array":
      return fc.array(valueFrom(type.element, among), { minLength: type.length, maxLength: type.length });
    case "bool":
      return fc.boolean();
    case "enumeration":
      return fc.constantFrom(...type.members);
    case "integer":
      return numberBetween(0n, (1n << BigInt(type.bits)) - 1n);
    case "signed":
      return numberBetween(-(1n << BigInt(type.bits - 1)), (1n << BigInt(type.bits - 1)) - 1n);
    case "ethereumAddress":
      return numberBetween(0n, (1n << 160n) - 1n);
    case "field":
      return fieldAmong(among.fields ?? []);
    case "address":
      return fc.constantFrom(...among.accounts);
  }
}

function fieldAmong(likely: readonly Field[]): fc.Arbitrary<bigint> {
  const any = numberBetween(0n, FIELD_MODULUS - 1n);
  return likely.length === 0 ? any : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...likely) }, any);
}

const SMALL = 1_000n;

function numberBetween(least: bigint, most: bigint): fc.Arbitrary<bigint> {
  const small = fc.bigInt(least < -SMALL ? -SMALL : least, most > SMALL ? SMALL : most);
  return fc.oneof(
    { weight: 6, arbitrary: small },
    { weight: 1, arbitrary: fc.constantFrom(least, least + 1n, most - 1n, most) },
    { weight: 2, arbitrary: fc.bigInt(least, most) },
  );
}
