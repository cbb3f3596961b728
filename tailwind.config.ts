import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";

// Every colour of the product, once for light and once for dark. Screens use the names only.
const light = {
  bg: "#fafaf9",
  surface: "#ffffff",
  raised: "#ffffff",
  line: "#e7e5e4",
  "line-strong": "#d6d3d1",
  text: "#1c1917",
  muted: "#57534e",
  faint: "#6f6862",
  accent: "#0f766e",
  "accent-strong": "#115e59",
  "accent-soft": "#f0fdfa",
  "on-accent": "#ffffff",
  hard: "#b91c1c",
  "hard-soft": "#fef2f2",
  soft: "#a94c07",
  "soft-soft": "#fffbeb",
  auto: "#4338ca",
  "auto-soft": "#eef2ff",
  good: "#166534",
  "good-soft": "#f0fdf4",
  focus: "#0d9488",
  opened: "#0f766e",
  unopened: "#b7e4dc",
  track: "#e7e5e4",
};

const dark: typeof light = {
  bg: "#0c0a09",
  surface: "#171412",
  raised: "#1f1b18",
  line: "#2b2724",
  "line-strong": "#44403c",
  text: "#f5f5f4",
  muted: "#b5aea9",
  faint: "#9a928c",
  accent: "#2dd4bf",
  "accent-strong": "#5eead4",
  "accent-soft": "#0f2b28",
  "on-accent": "#042f2e",
  hard: "#fca5a5",
  "hard-soft": "#2f1414",
  soft: "#fcd34d",
  "soft-soft": "#2b2008",
  auto: "#a5b4fc",
  "auto-soft": "#1c1c3a",
  good: "#86efac",
  "good-soft": "#0f2416",
  focus: "#5eead4",
  opened: "#2dd4bf",
  unopened: "#115e59",
  track: "#2b2724",
};

const asVariables = (tokens: typeof light) =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--${name}`, value]));
const names = Object.keys(light) as (keyof typeof light)[];

export default {
  content: [],
  darkMode: ["selector", '[data-theme="dark"]'],
  theme: {
    extend: {
      colors: Object.fromEntries(names.map((name) => [name, `var(--${name})`])),
      fontFamily: { sans: ['"Inter Variable"', "Inter", "system-ui", "sans-serif"] },
    },
  },
  plugins: [
    plugin(({ addBase }) => {
      addBase({
        ":root": { ...asVariables(light), "color-scheme": "light" },
        '[data-theme="dark"]': { ...asVariables(dark), "color-scheme": "dark" },
        "@media (prefers-color-scheme: dark)": {
          '[data-theme="system"]': { ...asVariables(dark), "color-scheme": "dark" },
        },
      });
    }),
  ],
} satisfies Config;
