/* Times that name a moment (data-local) are shown in the reader's own time zone. */
(() => {
  "use strict";
  const format = new Intl.DateTimeFormat(undefined, {
    hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  });

  const tell = () => {
    for (const place of document.querySelectorAll("time[data-local]")) {
      const local = format.format(new Date(place.dateTime));
      // The text node stays: it is React's.
      if (place.firstChild && place.textContent !== local) place.firstChild.nodeValue = local;
    }
  };

  new MutationObserver(tell).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["datetime"],
  });
  tell();
})();
