import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccess } from "../network/access.ts";
import { useNetwork } from "../network/live.ts";
import { search } from "../network/search.ts";
import { Problem } from "../parts/Problem.tsx";

/** What was found for a text. */
export function SearchView(): ReactNode {
  const { text } = useParams({ strict: false });
  const access = useAccess();
  const network = useNetwork().data;
  const queryFn = () => search(access, network!, text!);
  const { data, error } = useQuery({ queryKey: ["search", text], queryFn, enabled: network !== undefined, gcTime: 0 });
  return (
    <>
      <h1>Search</h1>
      <Problem error={error} />
      {data?.length === 0 && (
        <p role="status">
          Nothing was found for <code>{text}</code>. Search for the name or id of a layer, the number of a block or an
          epoch, or the hash of a transaction, a bundle or an account.
        </p>
      )}
      <ul>
        {data?.map(({ what, path }) => (
          <li key={path}>
            <Link to={path}>{what}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
