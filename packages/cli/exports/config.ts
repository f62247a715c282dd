export { chargesFees } from "../../network/src/configuration/checkLayer.ts";
export { defaultNetwork } from "../../network/src/configuration/defaultNetwork.ts";
export { defineNetwork } from "../../network/src/configuration/defineNetwork.ts";
export { ConfigError, type Mistake } from "../../network/src/configuration/errors.ts";
export {
  ApplicationNotFoundError,
  BUNDLED_APPLICATIONS,
  type FoundApplication,
  findApplication,
  loadApplication,
} from "../../network/src/configuration/findApplication.ts";
export { CONFIG_FILE, loadConfig, resolveNetwork } from "../../network/src/configuration/loadConfig.ts";
export type * from "../../network/src/configuration/types.ts";
