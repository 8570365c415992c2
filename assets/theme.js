/* The theme: applied before anything is painted, followed from the system until it is chosen,
   and swapped inside figures without asking the server.

   Figures arrive in the light palette. Whatever is handed to Plotly is converted on the way in, and
   the figure as it came is kept, so that a later change of theme converts it afresh. */
(() => {
  "use strict";
  const KEY = "readiness-theme";
  const pairs = JSON.parse(document.getElementById("palette").textContent);
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const drawn = new WeakMap();

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(",");
  const hexes = new Map(Object.entries(pairs).map(([from, to]) => [from.toUpperCase(), to]));
  const rgbs = new Map(Object.entries(pairs).map(([from, to]) => [channels(from), channels(to)]));

  const chosen = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // storage is switched off: the system's theme it is
    }
  };
  const wanted = () => chosen() || (system.matches ? "dark" : "light");

  const swap = (text) =>
    text
      .replace(/#[0-9a-f]{6}(?![0-9a-z])/gi, (hex) => hexes.get(hex.toUpperCase()) || hex)
      .replace(
        /(rgba?\()\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/gi,
        (all, open, ...rgb) => {
          const to = rgbs.get(rgb.slice(0, 3).join(","));
          return to ? open + to : all;
        },
      );

  const convert = (value) => {
    if (typeof value === "string") return swap(value);
    if (Array.isArray(value)) return value.map(convert);
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]));
  };

  const themed = (figure) =>
    root.dataset.bsTheme === "dark"
      ? { ...figure, data: convert(figure.data), layout: convert(figure.layout) }
      : figure;

  const wrap = (plotly) => {
    for (const name of ["react", "newPlot"]) {
      const original = plotly[name];
      plotly[name] = (target, data, layout, config) => {
        const place = typeof target === "string" ? document.getElementById(target) : target;
        const figure = Array.isArray(data) ? { data, layout, config } : data || { data: [] };
        drawn.set(place, figure);
        return original(place, themed(figure));
      };
    }
    return plotly;
  };

  // Plotly is loaded when the first figure needs it; it is wrapped the moment it arrives.
  let plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set: (value) => {
      plotly = value && wrap(value);
    },
  });

  const repaint = () => {
    for (const place of document.querySelectorAll(".js-plotly-plot")) {
      if (drawn.has(place)) plotly.react(place, drawn.get(place));
    }
  };

  const apply = () => {
    const theme = wanted();
    if (root.dataset.bsTheme === theme) return;
    root.dataset.bsTheme = theme;
    repaint();
  };

  system.addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === KEY && apply());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    try {
      localStorage.setItem(KEY, root.dataset.bsTheme === "dark" ? "light" : "dark");
    } catch {
      return;
    }
    apply();
  });
  apply();
})();
