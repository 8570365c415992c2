/* What is chosen, in three places that always agree: the controls, the store that cards are drawn
   from, and the address. The controls are the truth; everything else that changes filters (a chip,
   a click in a figure, the back button) sets the controls. */
(() => {
  "use strict";
  const FIELDS = { survey: "surveys", period: "periods", department: "departments", role: "roles" };
  const CONTROLS = {
    surveys: "filter-survey",
    periods: "filter-periods",
    departments: "filter-departments",
    roles: "filter-roles",
  };
  const LATEST = "latest"; // the survey control's value for no choice
  const DEPARTMENTS = "/departments";
  const DASHBOARD = "/dashboard";
  const FOCUSED = "questions"; // the card that shows one force when a cell was clicked
  const FORCES = {
    pain_of_old: "Pain of the old",
    pull_of_new: "Pull of the new",
    anchors_to_old: "Anchors to the old",
    anxiety_of_new: "Anxiety of the new",
  };

  let path = location.pathname;
  let pending = null; // filters on their way into several controls: not collected before all are in
  let current = null; // what the store holds

  const clientside = () => window.dash_clientside;
  const normal = (filters) =>
    Object.fromEntries(
      Object.values(FIELDS).map((field) => [field, [...((filters || {})[field] || [])].sort()]),
    );
  const same = (a, b) => JSON.stringify(normal(a)) === JSON.stringify(normal(b));
  const is_shown = (id) => document.getElementById(id) !== null;

  // --- The address ------------------------------------------------------------------------------

  const read = () => {
    const query = new URLSearchParams(location.search);
    return Object.fromEntries(
      Object.entries(FIELDS).map(([name, field]) => [field, query.getAll(name)]),
    );
  };
  const focus = () => new URLSearchParams(location.search).get("force") || "";

  const search = (filters, force, same_page = true) => {
    const query = new URLSearchParams();
    for (const [name, field] of Object.entries(FIELDS)) {
      for (const value of filters[field] || []) query.append(name, value);
    }
    if (force) query.append("force", force);
    const layout = new URLSearchParams(location.search).get("layout");
    if (layout && same_page && path === DASHBOARD) query.append("layout", layout);
    return query.size ? `?${query}` : "";
  };

  const push = (filters, force) => {
    const wanted = search(filters, force);
    if (wanted !== location.search) history.pushState({}, "", location.pathname + wanted);
  };

  const go = (address) => {
    history.pushState({}, "", address);
    path = location.pathname;
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };

  // --- Setting the controls ---------------------------------------------------------------------

  const set_focus = (force) => {
    const about = { part: "about", widget: FOCUSED };
    clientside().set_props(about, { data: { key: FOCUSED, options: force ? { force } : {} } });
  };

  const choose = (wanted, force = "", remember = true) => {
    const filters = normal(wanted);
    if (remember) {
      const before = focus();
      push(filters, force);
      if (before !== force && path === DEPARTMENTS) set_focus(force);
    }
    if (same(filters, current)) return;
    pending = filters;
    for (const [field, control] of Object.entries(CONTROLS)) {
      if (same({ [field]: filters[field] }, { [field]: (current || {})[field] })) continue;
      const value = field === "surveys" ? filters.surveys[0] || LATEST : filters[field];
      clientside().set_props(control, { value });
    }
  };

  window.addEventListener(
    "popstate",
    (event) => {
      if (location.pathname !== path || !is_shown(CONTROLS.surveys)) {
        path = location.pathname; // another page: Dash asks for it, filters and all
        return;
      }
      // The same page under other filters: cards are redrawn in place, the page stays.
      event.stopImmediatePropagation();
      if (path === DEPARTMENTS) set_focus(focus());
      choose(read(), focus(), false);
    },
    true,
  );

  const leave_out = (field, value) =>
    choose(
      { ...current, [field]: current[field].filter((chosen) => chosen !== value) },
      field === "departments" ? "" : focus(),
    );

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const chip = at("[data-chip]");
    if (chip) leave_out(chip.dataset.chip, chip.dataset.value);
    else if (at("#filter-clear")) choose({});
    else if (at("[data-crumb=all]")) choose({ ...current, departments: [] });
    else if (at("[data-crumb=one]")) choose(current, "");
    else follow(event, at("a[data-page]"));
  });

  // A link to another page keeps the filters that are in force.
  const follow = (event, link) => {
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const keeps = !link.getAttribute("href").includes("?") && current && is_shown(CONTROLS.surveys);
    const chosen = keeps ? search(current, "", false) : "";
    go(new URL(link.href).pathname + chosen);
  };

  // --- Called by Dash (callbacks/filters.py) ----------------------------------------------------

  const element = (type, props) => ({ namespace: "dash_html_components", type, props });

  const names = (options) =>
    Object.fromEntries(
      (options || []).map(({ value, label }) => [
        value,
        typeof label === "string" ? label : label.props.children[0],
      ]),
    );

  const chips = (filters, named) =>
    ["departments", "roles", "periods"].flatMap((field) =>
      filters[field].map((value) => {
        const name = named[field][value] || "Unknown";
        return element("Li", {
          key: `${field} ${value}`,
          children: element("Button", {
            children: name,
            type: "button",
            className: "chip",
            "aria-label": `Remove filter ${name}`,
            "data-chip": field,
            "data-value": value,
          }),
        });
      }),
    );

  const step = (text, level) =>
    level
      ? element("Button", {
          children: text,
          type: "button",
          className: "quiet-button",
          "data-crumb": level,
        })
      : element("Strong", { children: text });

  const crumbs = (filters, named) => {
    if (filters.departments.length !== 1) {
      const all = filters.departments.length ? "Chosen departments" : "All departments";
      const hint = "Choose a row of the figure to see one department by itself.";
      return [step(all, ""), element("Span", { children: hint, className: "quiet" })];
    }
    const name = named.departments[filters.departments[0]] || "Unknown department";
    const force = FORCES[focus()];
    const line = element("Span", { children: "›", "aria-hidden": "true" });
    const trail = [step("All departments", "all"), line, step(name, force ? "one" : "")];
    return force ? [...trail, line, step(force, "")] : trail;
  };

  // What the figure says of the cell that was clicked; Dash passes no customdata of heatmaps on.
  const mark = (property, point) => {
    const graph = document.getElementById(property.replace(/\.clickData$/, ""));
    const { x, y, customdata } = graph.querySelector(".js-plotly-plot").data[point.curveNumber];
    const row = customdata && customdata[[...y].indexOf(point.y)];
    return row && row[[...x].indexOf(point.x)];
  };

  const count = (chosen, all) => (chosen.length ? `${chosen.length} of ${all.length}` : "All");

  const nothing = () => clientside().no_update;

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.filters = {
    collect: (survey, periods, departments, roles, store) => {
      const filters = normal({
        surveys: survey === LATEST ? [] : [survey],
        periods,
        departments,
        roles,
      });
      if (pending && !same(pending, filters)) return nothing();
      const asked_for = pending !== null;
      pending = null;
      current = normal(store);
      if (same(filters, current)) return nothing();
      if (!asked_for) {
        // Periods belong to a survey; one force is shown of one department only.
        if (!same({ surveys: filters.surveys }, { surveys: current.surveys })) filters.periods = [];
        push(filters, filters.departments.length === 1 ? focus() : "");
        if (filters.departments.length !== 1 && path === DEPARTMENTS) set_focus("");
        if (periods.length !== filters.periods.length) {
          clientside().set_props(CONTROLS.periods, { value: [] });
        }
      }
      current = filters;
      return filters;
    },

    show: (store, about, periods, departments, roles) => {
      const filters = normal(store);
      current = filters;
      const named = {
        departments: names(departments),
        roles: names(roles),
        periods: names(periods),
      };
      const one = filters.departments.length === 1 ? "one" : "all";
      return [
        chips(filters, named),
        same(filters, {}) ? "false" : "true",
        count(filters.periods, periods || []),
        count(filters.departments, departments || []),
        count(filters.roles, roles || []),
        clientside().callback_context.outputs_list[5].map(() => crumbs(filters, named)),
        clientside().callback_context.outputs_list[6].map(() => one),
      ];
    },

    drill: (clicks) => {
      const [triggered] = clientside().callback_context.triggered || [];
      const point = triggered && triggered.value && triggered.value.points[0];
      const [department, force] = (point && mark(triggered.prop_id, point)) || [];
      if (!department || !clicks) return;
      const filters = { ...current, departments: [department] };
      if (path === DEPARTMENTS) choose(filters, force);
      else go(DEPARTMENTS + search(normal(filters), force));
    },
  };
})();
