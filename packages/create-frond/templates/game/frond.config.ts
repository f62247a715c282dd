import { defineNetwork } from "frond/config";

export default defineNetwork({
  layers: { game: { application: "./application.ts" } },
  allowedOrigins: ["http://localhost:5173"],
});
