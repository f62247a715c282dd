import { FrondError } from "@frond/foundation";

/** Bytes that should be a circuit are not one, or contradict themselves. */
export class CircuitArtifactError extends FrondError {
  constructor(reason: string, cause?: unknown) {
    super({
      code: "CIRCUIT_ARTIFACT",
      message: `These bytes are not a circuit: ${reason}. Pack the circuit again with the same version of Frond.`,
      data: { reason },
      cause,
    });
  }
}

/** A circuit was named that nobody has registered. */
export class UnknownCircuitError extends FrondError {
  constructor(id: string) {
    super({
      code: "UNKNOWN_CIRCUIT",
      message: `There is no circuit ${id}. Register it, or submit the job with the prepared circuit itself.`,
      data: { id },
    });
  }
}
