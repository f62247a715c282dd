import { useWallets } from "@frond/react";
import type { ReactNode } from "react";
import { AccountLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { useWallet } from "./wallet.tsx";

/** The wallets of the browser, to choose one. */
export function Connect(): ReactNode {
  const wallets = useWallets();
  const { connect } = useWallet();
  return (
    <section aria-label="Connect">
      <p>
        The wallet signs a text, twice. From the signature follows the key of your account on the layers, which does not
        leave this page.
      </p>
      {wallets.length === 0 && <p role="status">No wallet has announced itself to this page (EIP-6963).</p>}
      {wallets.map((wallet) => (
        <button
          key={wallet.uuid}
          type="button"
          disabled={connect.isPending}
          onClick={() => connect.mutate(wallet.provider)}
        >
          <img src={wallet.icon} alt="" width={20} height={20} /> Connect {wallet.name}
        </button>
      ))}
      {connect.isPending && <p role="status">The wallet asks you.</p>}
      <Problem error={connect.error} />
    </section>
  );
}

/** Who is connected: on L1, and on every layer. */
export function Account(): ReactNode {
  const { connected, disconnect } = useWallet();
  return (
    <p>
      <code>{connected!.account}</code> on L1 is <AccountLink address={connected!.address} /> on every layer.{" "}
      <button type="button" onClick={disconnect}>
        Disconnect
      </button>
    </p>
  );
}
