import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccess } from "./network/access.ts";
import { useConnection } from "./network/live.ts";

const PAGES = [["/", "Tree"]] as const;

/** What is around every page. */
export function Shell(): ReactNode {
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header>
        <strong>Frond</strong>
        <nav aria-label="Pages">
          {PAGES.map(([to, name]) => (
            <Link key={to} to={to} activeOptions={{ exact: to === "/" }}>
              {name}
            </Link>
          ))}
        </nav>
        <Connection />
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function Connection(): ReactNode {
  const { coordinator } = useAccess();
  const state = useConnection(coordinator);
  const text = state.kind === "reconnecting" ? `away: ${state.reason}` : state.kind;
  return (
    <output className="connection" data-state={state.kind} title={coordinator.url}>
      {text}
    </output>
  );
}
