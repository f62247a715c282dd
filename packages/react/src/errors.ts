import { FrondError } from "@frond/foundation";
import type { Simulation } from "@frond/sdk";

/** A hook is used outside of the provider. */
export class NoProviderError extends FrondError {
  constructor() {
    super({
      code: "react/no-provider",
      message: "A hook of Frond is used outside of `FrondProvider`. Render the component inside of the provider.",
    });
  }
}

/** An action needs the person's key, and no wallet is connected. */
export class NotConnectedError extends FrondError {
  constructor() {
    super({
      code: "react/not-connected",
      message: "No wallet is connected. Call `connect` of `useWalletKey` with one of `useWallets` first.",
    });
  }
}

/** The simulation of a call says that the layer would refuse it. Nothing was signed. */
export class CallWouldFailError extends FrondError {
  readonly simulation: Extract<Simulation, { readonly ok: false }>;
  constructor(method: string, simulation: Extract<Simulation, { readonly ok: false }>) {
    const { code, reason, place } = simulation;
    super({
      code: "react/call-would-fail",
      message: `${method} would fail now: ${reason.replace(/\.$/, "")}. Change the arguments, or try again later.`,
      data: { method, code, reason, place },
    });
    this.simulation = simulation;
  }
}
