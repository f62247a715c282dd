import { defineNetwork } from "frond/config";

export default defineNetwork({
  layers: { counter: { application: "./application.ts" } },
  allowedOrigins: ["http://localhost:5173"],
});
