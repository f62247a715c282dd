export { OTHER_MOMENT } from "../src/branches/otherMoment.ts";
export { instrument } from "../src/instrument/instrument.ts";
export { isApplicationModule } from "../src/instrument/isApplicationModule.ts";
