export { addressFor, type KioskNode, startKiosk } from "../src/testing/kiosk.ts";
