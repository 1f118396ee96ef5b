import { defineConfig } from "vite";

const pages = ["index", "cart", "expert", "observer", "camera", "login", "worklist", "setup"];

// Relative addresses, because the set-up page is served from another origin (the capture worker).
// No inlined assets and no preload polyfill: the pages run under a policy that allows neither
// data: addresses nor inline scripts.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../streaming/webdist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages.map((page) => `${page}.html`) },
  },
  test: { include: ["test/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
