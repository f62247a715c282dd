export { localAccount, walletAt } from "../src/layerOne/wallets.ts";
