export { createFrond, type Frond } from "../src/createFrond.ts";
export type { Connected, SessionOptions, SessionState } from "../src/createSession.ts";
export * from "../src/errors.ts";
export type { FrondProviderProps } from "../src/provider.ts";
export { useWallets } from "../src/useWallets.ts";
