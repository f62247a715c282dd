export type { AnyApplication } from "../src/applications/anyApplication.ts";
export {
  ApplicationNotFoundError,
  BUNDLED_APPLICATIONS,
  type FoundApplication,
  findApplication,
  loadApplication,
} from "../src/applications/findApplication.ts";
export { requireSameApplication } from "../src/applications/requireSameApplication.ts";
