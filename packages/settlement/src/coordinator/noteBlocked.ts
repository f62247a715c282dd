import type { Core } from "./core.ts";

/** Says once why nothing can settle now. */
export function noteBlocked(core: Core, error: Error): void {
  if (core.blocked !== error.message) core.logger.error("Nothing can settle now", { reason: error.message });
  core.blocked = error.message;
}
