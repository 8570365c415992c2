/* Tables: a place with data-table gets a real HTML table; the first cell of a row names it, where
   there are others to name. */
(() => {
  "use strict";
  const built = new WeakMap();

  const element = (tag, text, attributes = {}) => {
    const node = document.createElement(tag);
    node.textContent = text;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  const row = (cells, columns, head) => {
    const line = document.createElement("tr");
    cells.forEach((text, position) => {
      const scope = head
        ? { scope: "col" }
        : position === 0 && cells.length > 1
          ? { scope: "row" }
          : {};
      const tag = scope.scope ? "th" : "td";
      line.append(element(tag, text, { ...scope, class: columns[position].align }));
    });
    return line;
  };

  const build = (place) => {
    const { caption, columns, rows } = JSON.parse(place.dataset.table);
    const table = element("table", "", { class: "figures" });
    const head = document.createElement("thead");
    const body = document.createElement("tbody");
    head.append(row(columns.map((column) => column.name), columns, true));
    body.append(...rows.map((cells) => row(cells, columns, false)));
    table.append(element("caption", caption, { class: "visually-hidden" }), head, body);
    place.replaceChildren(table);
    built.set(place, place.dataset.table);
  };

  const build_new = () => {
    for (const place of document.querySelectorAll("[data-table]")) {
      if (built.get(place) !== place.dataset.table) build(place);
    }
  };

  new MutationObserver(build_new).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-table"],
  });
  build_new();
})();
