/* Cards: menus that close, tables that open, one card drawn again; nothing here asks the server
   but "Refresh", which counts up a store beside the card (callbacks/widgets.py). */
(() => {
  "use strict";
  const MENUS = "details[data-menu], details[data-pick], details.widget-menu";

  const close_others = (kept) => {
    for (const menu of document.querySelectorAll(MENUS)) {
      if (menu.open && menu !== kept) menu.open = false;
    }
  };

  // Dash writes dictionary ids as JSON.
  const id_of = (node) => {
    try {
      return JSON.parse(node.id);
    } catch {
      return {};
    }
  };

  const show_table = (button) => {
    const card = button.closest(".widget-card");
    const table = card.querySelector(".widget-table");
    const figure = card.querySelector(".widget-figure");
    const opens = table.hidden;
    table.hidden = !opens;
    figure.hidden = opens;
    button.setAttribute("aria-expanded", String(opens));
    button.textContent = opens ? "View as figure" : "View as table";
    if (!opens) window.dispatchEvent(new Event("resize"));
  };

  let asked = 0;
  const refresh = (widget) => {
    asked += 1;
    window.dash_clientside.set_props({ part: "asked", widget }, { data: asked });
  };

  // A theme of the comments: the card is drawn again for it, and the choice keeps the focus.
  const choose_theme = (button) => {
    const widget = button.closest("[data-widget-id]").dataset.widgetId;
    const options = { theme: Number(button.dataset.theme) };
    const again = new MutationObserver(() => {
      const chosen = document.querySelector(
        `[data-widget-id="${CSS.escape(widget)}"] [data-theme="${options.theme}"]`,
      );
      if (!chosen || chosen.getAttribute("aria-pressed") !== "true") return;
      again.disconnect();
      chosen.focus();
    });
    again.observe(document.body, { childList: true, subtree: true, attributes: true });
    const about = { key: "comments", options };
    window.dash_clientside.set_props({ part: "about", widget }, { data: about });
  };

  document.addEventListener("click", (event) => {
    close_others(event.target.closest(MENUS));
    const button = event.target.closest("button");
    const { part, widget } = button ? id_of(button) : {};
    if (part === "table-toggle") show_table(button);
    if (button?.dataset.theme) choose_theme(button);
    if (part === "refresh") {
      button.closest("details")?.removeAttribute("open");
      refresh(widget);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest && event.target.closest(MENUS);
    close_others(null);
    if (open) open.querySelector("summary").focus();
  });

  // Signed out elsewhere, or for too long: the page is loaded again and lands at the sign-in.
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const response = await ask(...request);
    const to = String(request[0]?.url || request[0]);
    if (response.status === 401 && to.includes("/_dash-")) location.reload();
    return response;
  };
})();
