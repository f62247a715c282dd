import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { WalletProvider } from "./bridge/wallet.tsx";
import { AccessContext, createAccess } from "./network/access.ts";
import { loadPlace } from "./network/place.ts";
import { createPageRouter } from "./router.tsx";
import "./style.css";

/** What is shown is told by subscriptions; a question is asked once, and again when a subscription says so. */
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, retry: 1 } },
});
const access = createAccess(await loadPlace(window.location));

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <AccessContext value={access}>
        <WalletProvider>
          <RouterProvider router={createPageRouter()} />
        </WalletProvider>
      </AccessContext>
    </QueryClientProvider>
  </StrictMode>,
);
