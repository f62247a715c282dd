import { createHashHistory, createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BridgeView } from "./bridge/BridgeView.tsx";
import { LeaveView } from "./bridge/leave/LeaveView.tsx";
import { Problem } from "./parts/Problem.tsx";
import type { FilledCall } from "./pictures/types.ts";
import { Shell } from "./Shell.tsx";
import { AccountView } from "./views/AccountView.tsx";
import { BlockView } from "./views/BlockView.tsx";
import { BundleView } from "./views/BundleView.tsx";
import { EpochsView } from "./views/EpochsView.tsx";
import { EpochView } from "./views/EpochView.tsx";
import { EvidenceView } from "./views/EvidenceView.tsx";
import { L1View } from "./views/L1View.tsx";
import { LayerView } from "./views/LayerView.tsx";
import { MessagesView } from "./views/MessagesView.tsx";
import { SearchView } from "./views/SearchView.tsx";
import { TransactionView } from "./views/TransactionView.tsx";
import { TreeView } from "./views/TreeView.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: () => <p>There is no such page.</p> });
const page = <const P extends string>(path: P, component: () => ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });
const routes = [
  page("/", TreeView),
  page("/layers/$layer", LayerView),
  page("/layers/$layer/blocks/$block", BlockView),
  page("/layers/$layer/transactions/$hash", TransactionView),
  page("/epochs", EpochsView),
  page("/epochs/$epoch", EpochView),
  page("/messages", MessagesView),
  page("/bundles/$id", BundleView),
  page("/accounts/$address", AccountView),
  page("/l1", L1View),
  page("/evidence", EvidenceView),
  page("/bridge", BridgeView),
  page("/bridge/leave", LeaveView),
  page("/search/$text", SearchView),
] as const;

/** The address is behind `#`, so that any web server can serve the page. */
export function createPageRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    defaultErrorComponent: ({ error }) => <Problem error={error} />,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** What the form of the bridge begins with. Not in the address: a link of a stranger must not fill a form. */
    readonly call?: FilledCall;
  }
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
