import type {
  AddressType,
  ArrayType,
  BoolType,
  EnumerationType,
  EthereumAddressType,
  FieldType,
  IntegerType,
  SignedType,
  StructType,
} from "./types.ts";
import type {
  AddressValue,
  BoolValue,
  EnumerationValue,
  EthereumAddressValue,
  FieldLike,
  FieldValue,
  Int,
  Uint,
} from "./values.ts";

/**
 * The representation of a value during tracing: an object with methods (`a.add(b)`) for a scalar, a plain object for a
 * struct, a plain array for an array.
 */
export type ValueOf<T> =
  T extends IntegerType<infer B>
    ? Uint<B>
    : T extends SignedType<infer B>
      ? Int<B>
      : T extends EnumerationType<infer M>
        ? EnumerationValue<M>
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
                    ? ArrayValue<E>
                    : never;

/** An array of values. Its indices are constants, or unsigned integers that are known only when the method runs. */
export type ArrayValue<E> = readonly ValueOf<E>[] & {
  /** The element at `index`. The transaction fails if there is none. */
  at(index: Uint): ValueOf<E>;
  /** The array with `value` at `index`. The transaction fails if there is no such element. */
  with(index: Uint | number, value: InputOf<E>): ArrayValue<E>;
};

/** The accepted input for a value of `T` inside a method: a value, or a literal that is checked at definition time. */
export type InputOf<T> =
  T extends IntegerType<infer B>
    ? Uint<B> | bigint | number
    : T extends SignedType<infer B>
      ? Int<B> | bigint | number
      : T extends EnumerationType<infer M>
        ? EnumerationValue<M> | M[number]
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
