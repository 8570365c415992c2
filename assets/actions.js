/* Actions: after a plan was saved its form is gone; the keyboard goes on at the list of plans. */
(() => {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.plans = {
    go_on: () => {
      requestAnimationFrame(() => {
        const nowhere = !document.activeElement || document.activeElement === document.body;
        if (nowhere) document.getElementById("plans-heading")?.focus({ preventScroll: true });
      });
    },
  };
})();
