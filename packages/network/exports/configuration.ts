export { checkLayer } from "../src/configuration/checkLayer.ts";
export { defaultNetwork } from "../src/configuration/defaultNetwork.ts";
export { defineNetwork } from "../src/configuration/defineNetwork.ts";
export { HOST_PATTERN, ORIGIN_PATTERN } from "../src/configuration/doorPatterns.ts";
export { ConfigError, type Mistake } from "../src/configuration/errors.ts";
export { loadConfig, resolveNetwork } from "../src/configuration/loadConfig.ts";
export { NATS_PATTERN } from "../src/configuration/schema.ts";
export type * from "../src/configuration/types.ts";
export { dataModeOf } from "../src/deploy/dataModeOf.ts";
