import type { ToldInterface } from "@frond/sdk";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import type { Layer } from "../network/schemas.ts";
import { bricksLayout, isLaidOut, orbitsLayout, type StateLayout } from "./layouts.ts";
import type { PictureProps } from "./types.ts";

type Picture = { readonly layout: StateLayout; readonly Picture: ComponentType<PictureProps> };

/** Applications that have a picture, by their names. A picture is loaded when a layer of its application is shown. */
const PICTURES: ReadonlyMap<string, Picture> = new Map([
  ["orbits", { layout: orbitsLayout, Picture: lazy(() => import("./OrbitsPicture.tsx")) }],
  ["bricks", { layout: bricksLayout, Picture: lazy(() => import("./BricksPicture.tsx")) }],
]);

/** The picture of a layer, if its application has one. Another application of the same name has none. */
export function LayerPicture(props: {
  readonly layer: Layer;
  readonly application: ToldInterface | undefined;
}): ReactNode {
  const { layer, application } = props;
  const navigate = useNavigate();
  const found = application && PICTURES.get(application.name);
  if (found === undefined || !isLaidOut(application!, found.layout)) return null;
  const { Picture } = found;
  return (
    <section className="picture" aria-label="Picture">
      <Suspense fallback={<p role="status">Loading the picture.</p>}>
        <Picture
          key={layer.url}
          layer={layer}
          application={application!}
          onCall={(call) => void navigate({ to: "/bridge", state: { call } })}
        />
      </Suspense>
    </section>
  );
}
