export { type BricksClient, buildSet, costOf, type Inventory, inventoryOf, setOf } from "../src/client.ts";
export {
  type Bricks,
  bricksOf,
  type Drawing,
  DrawingError,
  formatDrawing,
  parseDrawing,
  shapeOf,
} from "../src/drawing.ts";
export { renderDrawing } from "../src/renderDrawing.ts";
