import { createHashHistory, createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { Problem } from "./parts/Problem.tsx";
import { Shell } from "./Shell.tsx";
import { TreeView } from "./views/TreeView.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: () => <p>There is no such page.</p> });
const routes = [createRoute({ getParentRoute: () => root, path: "/", component: TreeView })];

/** The address is behind `#`, so that any web server can serve the page. */
export function createPageRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    defaultErrorComponent: ({ error }) => <Problem error={error} />,
    scrollRestoration: true,
  });
}
