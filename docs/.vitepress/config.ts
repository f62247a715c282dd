import { defineConfig } from "vitepress";

/** The pages of `docs`, as a site. A link to a page that is not there ends the build with an error. */
const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: "Frond",
  description: "Fractal scaling for Ethereum applications, in TypeScript",
  lang: "en",
  cleanUrls: true,
  rewrites: { "decisions/README.md": "decisions/index.md" },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      page("First evening", "/first-evening"),
      page("Cookbook", "/cookbook"),
      page("Reference", "/reference/"),
      page("Security", "/security"),
    ],
    sidebar: [
      {
        text: "Begin",
        items: [
          page("First evening", "/first-evening"),
          page("Writing an application", "/language-guide"),
          page("Testing", "/testing"),
          page("Cookbook", "/cookbook"),
          page("Clients and pages", "/sdk"),
        ],
      },
      {
        text: "Reference",
        items: [
          page("Language", "/language-reference"),
          page("Packages", "/reference/"),
          page("Commands", "/commands"),
          page("Configuration", "/configuration"),
          page("JSON-RPC", "/rpc"),
          page("Costs", "/costs"),
        ],
      },
      {
        text: "Layers together",
        items: [page("Composability", "/composability"), page("A thousand layers", "/simulation")],
      },
      {
        text: "Operating",
        items: [
          page("Deployment", "/deployment"),
          page("On a testnet", "/testnet"),
          page("Tracing", "/tracing"),
          page("Explorer", "/explorer"),
          page("Indexing", "/indexing"),
          page("Upgrades", "/upgrades"),
          page("Committees", "/committees"),
          page("Following", "/following"),
        ],
      },
      {
        text: "Trust",
        items: [
          page("Security", "/security"),
          page("Leaving", "/leaving"),
          page("Protocol", "/protocol"),
          page("Tables of the protocol", "/protocol-tables"),
          page("Contracts", "/contracts"),
          page("Comparison", "/comparison"),
        ],
      },
      {
        text: "Inside",
        items: [
          page("Decisions", "/decisions/"),
          page("Benchmarks", "/benchmarks"),
          page("Changing the protocol", "/changing-the-protocol"),
          page("Publishing", "/publishing"),
        ],
      },
    ],
  },
});
