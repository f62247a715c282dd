export { chainAt, localAccount, walletAt } from "../src/layerOne/wallets.ts";
