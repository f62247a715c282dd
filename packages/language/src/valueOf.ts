import type {
  AddressType,
  ArrayType,
  BoolType,
  EthereumAddressType,
  FieldType,
  IntegerType,
  StructType,
} from "./types.ts";
import type { AddressValue, BoolValue, EthereumAddressValue, FieldLike, FieldValue, Uint } from "./values.ts";

/**
 * The representation of a value during tracing: an object with methods (`a.add(b)`) for a scalar, a plain object for a
 * struct, a plain array for an array.
 */
export type ValueOf<T> =
  T extends IntegerType<infer B>
    ? Uint<B>
    : T extends FieldType
      ? FieldValue
      : T extends BoolType
        ? BoolValue
        : T extends AddressType
          ? AddressValue
          : T extends EthereumAddressType
            ? EthereumAddressValue
            : T extends StructType<infer F>
              ? { readonly [K in keyof F]: ValueOf<F[K]> }
              : T extends ArrayType<infer E>
                ? readonly ValueOf<E>[]
                : never;

/** The accepted input for a value of `T` inside a method: a value, or a literal that is checked at definition time. */
export type InputOf<T> =
  T extends IntegerType<infer B>
    ? Uint<B> | bigint | number
    : T extends FieldType
      ? FieldLike
      : T extends BoolType
        ? BoolValue | boolean
        : T extends AddressType
          ? AddressValue | bigint
          : T extends EthereumAddressType
            ? EthereumAddressValue | bigint
            : T extends StructType<infer F>
              ? { readonly [K in keyof F]: InputOf<F[K]> }
              : T extends ArrayType<infer E>
                ? readonly InputOf<E>[]
                : never;
