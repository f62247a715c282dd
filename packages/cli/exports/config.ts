export { chargesFees } from "../src/config/checkLayer.ts";
export { defaultNetwork } from "../src/config/defaultNetwork.ts";
export { defineNetwork } from "../src/config/defineNetwork.ts";
export { ConfigError, type Mistake } from "../src/config/errors.ts";
export {
  ApplicationNotFoundError,
  BUNDLED_APPLICATIONS,
  type FoundApplication,
  findApplication,
  loadApplication,
} from "../src/config/findApplication.ts";
export { CONFIG_FILE, loadConfig, resolveNetwork } from "../src/config/loadConfig.ts";
export type * from "../src/config/types.ts";
