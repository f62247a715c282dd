import { type Field, FrondError, isField, poseidon2Hash } from "@frond/foundation";
import { BLOCK_STATEMENT, elementCount, VERIFICATION_KEY_FIELDS } from "@frond/protocol";

/** `bb` puts the eight limbs of a pairing's points behind a circuit's own public inputs. */
const PAIRING_INPUTS = 8;
/** Proofs have the length of one of 2^28 rows, whatever the circuit. */
const LARGEST_LOG_SIZE = 28n;
/**
 * The fields of BN254's points are those of its other prime; a coordinate is given as its low 136 bits and the rest.
 */
const COORDINATE_MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const LOW_BITS = 136n;
const HEADER_FIELDS = 3;

/**
 * The hash of a verification key, as `bb` and the circuits that verify its proofs compute it: what stands under a
 * layer's `blockKeysRoot`. For keys from outside: refuses whatever is no key of a circuit with a block's public inputs,
 * or is written otherwise than `bb` writes it, which would make a key for `bb` but none for the circuits.
 *
 * @param fields the 115 fields of the key: log2 of its rows, number and offset of its public inputs, and 28 points
 * @throws VerificationKeyError
 */
export function verificationKeyHash(fields: readonly Field[]): Field {
  if (fields.length !== VERIFICATION_KEY_FIELDS) throw new VerificationKeyError(`it has ${fields.length} fields`);
  if (!fields.every(isField)) throw new VerificationKeyError("a field is not below the modulus");
  const [logSize, publicInputs] = fields as [Field, Field];
  if (logSize < 1n || logSize > LARGEST_LOG_SIZE) throw new VerificationKeyError(`it is for 2^${logSize} rows`);
  if (publicInputs !== BigInt(elementCount(BLOCK_STATEMENT) + PAIRING_INPUTS)) {
    throw new VerificationKeyError(`its circuit has ${Number(publicInputs) - PAIRING_INPUTS} public inputs`);
  }
  for (let at = HEADER_FIELDS; at < fields.length; at += 4) {
    const [xLow, xHigh, yLow, yHigh] = fields.slice(at, at + 4) as [Field, Field, Field, Field];
    if (!isPoint(coordinate(xLow, xHigh), coordinate(yLow, yHigh))) {
      throw new VerificationKeyError(`fields ${at} to ${at + 3} are not a point`);
    }
  }
  return poseidon2Hash(fields);
}

/** Undefined if the limbs are not those of a coordinate. */
function coordinate(low: Field, high: Field): bigint | undefined {
  const value = low + (high << LOW_BITS);
  return low >> LOW_BITS === 0n && value < COORDINATE_MODULUS ? value : undefined;
}

/** On the curve, or (0, 0), which stands for the neutral element. */
function isPoint(x: bigint | undefined, y: bigint | undefined): boolean {
  if (x === undefined || y === undefined) return false;
  return (x === 0n && y === 0n) || (y * y - x * x * x - 3n) % COORDINATE_MODULUS === 0n;
}

/** What was given is not the verification key of a block circuit. */
export class VerificationKeyError extends FrondError {
  constructor(problem: string) {
    super({
      code: "circuits/verification-key",
      data: { problem },
      message: `This is not a verification key of a block circuit: ${problem}. Give the key that the prover made for the target "recursive".`,
    });
  }
}
