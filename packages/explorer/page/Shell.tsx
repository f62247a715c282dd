import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { submitted } from "./bridge/submitted.ts";
import { useAccess } from "./network/access.ts";
import { useConnection } from "./network/live.ts";

const PAGES = [
  ["/", "Tree"],
  ["/epochs", "Epochs"],
  ["/messages", "Messages"],
  ["/l1", "L1"],
  ["/evidence", "Evidence"],
  ["/bridge", "Bridge"],
] as const;

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
        <Search />
        <Connection />
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function Search(): ReactNode {
  const navigate = useNavigate();
  return (
    <search>
      <form
        onSubmit={(event) => {
          const text = submitted(event)("text").trim();
          if (text !== "") void navigate({ to: "/search/$text", params: { text } });
        }}
      >
        <input
          name="text"
          type="search"
          aria-label="Search"
          placeholder="layer, block, epoch, hash"
          autoComplete="off"
        />
      </form>
    </search>
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
