/* Keeps the part of a page that moves up to date while something moves. Without it the page refreshes as a whole. */
(function () {
  "use strict";
  var part = document.getElementById("live");
  if (!part || !part.dataset.live || !window.fetch) return;
  var pause = 2000;

  function look() {
    if (document.hidden) { setTimeout(look, pause); return; }
    fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then(function (answer) { if (!answer.ok || answer.redirected) throw new Error(String(answer.status)); return answer.text(); })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html");
        var next = fresh.getElementById("live");
        if (!next) return;
        // A person inside the part keeps the place where they are.
        if (!part.contains(document.activeElement) && next.innerHTML !== part.innerHTML) {
          part.replaceWith(next);
          part = next;
          document.title = fresh.title;
        }
        pause = 2000;
        if (part.dataset.live) setTimeout(look, pause);
      })
      .catch(function () { pause = Math.min(pause * 2, 60000); setTimeout(look, pause); });
  }
  setTimeout(look, pause);
})();
