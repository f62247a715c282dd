import { EXIT } from "../terminal/describeError.ts";

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
export function stopSignal(): { readonly promise: Promise<undefined>; release(): void } {
  let stop: (value: undefined) => void = () => {};
  let isStopping = false;
  const promise = new Promise<undefined>((resolve) => {
    stop = resolve;
  });
  // They stay installed: the terminal library kills the process if nobody else listens any more.
  const listener = () => {
    if (isStopping) process.exit(EXIT.interrupted);
    isStopping = true;
    stop(undefined);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, listener);
  return {
    promise,
    release() {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, listener);
    },
  };
}
