/* The dashboard's edit mode: by dragging (dash-snap-grid) or by buttons, which work by keyboard. */
(() => {
  "use strict";
  const COLUMNS = { wide: 12, middle: 2, small: 1 };
  const LOWEST = 3;
  const HIGHEST = 24;
  const clientside = () => window.dash_clientside;

  const MOVES = {
    left: (item) => ({ x: Math.max(item.x - 1, 0) }),
    right: (item, columns) => ({ x: Math.min(item.x + 1, columns - item.w) }),
    narrower: (item) => ({ w: Math.max(item.w - 1, 1) }),
    wider: (item, columns) => ({
      w: Math.min(item.w + 1, columns),
      x: Math.min(item.x, columns - Math.min(item.w + 1, columns)),
    }),
    shorter: (item) => ({ h: Math.max(item.h - 1, LOWEST) }),
    taller: (item) => ({ h: Math.min(item.h + 1, HIGHEST) }),
  };

  const over = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w;

  // Up and down change places with the nearest card in the same columns.
  const swap = (items, item, up) => {
    const there = items
      .filter((other) => other.i !== item.i && over(item, other))
      .filter((other) => (up ? other.y < item.y : other.y > item.y))
      .sort((a, b) => (up ? b.y - a.y : a.y - b.y))[0];
    if (!there) return items;
    const [first, second] = up ? [item, there] : [there, item];
    const y = Math.min(item.y, there.y);
    const moved = { [first.i]: y, [second.i]: y + first.h };
    return items.map((other) => (other.i in moved ? { ...other, y: moved[other.i] } : other));
  };

  const arranged = (items, name, action, columns) => {
    const item = items.find((other) => other.i === name);
    if (!item) return items;
    if (action === "up" || action === "down") return swap(items, item, action === "up");
    const changed = { ...item, ...MOVES[action](item, columns) };
    return items.map((other) => (other.i === name ? changed : other));
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.board = {
    edit: (clicks) => {
      const on = clicks % 2 === 1;
      return [on, on, String(on), on ? "Done" : "Edit"];
    },

    arrange: (clicks, layouts, children, breakpoint) => {
      const nothing = [clientside().no_update, clientside().no_update];
      const [triggered] = clientside().callback_context.triggered || [];
      if (!triggered || !triggered.value) return nothing;
      const { widget, action } = JSON.parse(triggered.prop_id.replace(/\.n_clicks$/, ""));
      const name = `tile-${widget}`;
      if (action === "remove") {
        const kept = Object.entries(layouts).map(([size, items]) => [
          size,
          items.filter((item) => item.i !== name),
        ]);
        return [Object.fromEntries(kept), children.filter((child) => child.props.id !== name)];
      }
      const size = breakpoint || "wide";
      const items = arranged(layouts[size], name, action, COLUMNS[size]);
      return [{ ...layouts, [size]: items }, clientside().no_update];
    },

    open: (name) => {
      const query = new URLSearchParams(location.search);
      if (!name || query.get("layout") === name) return;
      query.set("layout", name);
      history.pushState({}, "", `${location.pathname}?${query}`);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    },
  };
})();
