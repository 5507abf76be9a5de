/* The editor works without this. With it: what is typed is kept every few seconds, and can be seen as it will look. */
(function () {
  "use strict";
  var form = document.getElementById("editor");
  if (!form || !window.fetch || !window.FormData) return;
  var token = form.elements.csrf.value;
  var note = document.getElementById("autosave-note");
  var sent = snapshot();
  var saving = false;

  function say(words) { if (note) note.textContent = words; }

  function snapshot() {
    var data = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value !== "string" || name === "csrf" || name === "then") return;
      (data[name] = data[name] || []).push(value);
    });
    return JSON.stringify(data);
  }

  function keep() {
    var now = snapshot();
    if (saving || now === sent || !form.dataset.keep) return;
    saving = true;
    var data = new FormData(form);
    ["files", "cover"].forEach(function (name) { data.delete(name); });
    fetch(form.dataset.keep, { method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        sent = now;
        say("已自动存了一份，" + new Date().toTimeString().slice(0, 5));
      })
      .catch(function () { say("自动保存没有成功，请点“保存”"); })
      .then(function () { saving = false; });
  }

  if (form.dataset.keep) {
    setInterval(keep, 5000);
    document.addEventListener("visibilitychange", function () { if (document.hidden) keep(); });
  }

  var button = document.getElementById("preview-button");
  var pane = document.getElementById("preview");
  if (button && pane && form.dataset.preview) {
    button.hidden = false;
    button.addEventListener("click", function () {
      if (!pane.hidden) { pane.hidden = true; button.textContent = "预览正文"; return; }
      var data = new FormData();
      data.append("csrf", token);
      data.append("title", form.elements.title.value);
      data.append("body", form.elements.body.value);
      fetch(form.dataset.preview, { method: "POST", body: data, credentials: "same-origin" })
        .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
        .then(function (html) {
          var parsed = new DOMParser().parseFromString(html, "text/html").querySelector("article");
          pane.replaceChildren(parsed || document.createTextNode(""));
          pane.hidden = false;
          button.textContent = "收起预览";
          pane.scrollIntoView({ block: "nearest" });
        })
        .catch(function () { say("预览没有打开，请先保存再看"); });
    });
  }

  var leaving = false;
  form.addEventListener("submit", function () { leaving = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && snapshot() !== sent) event.preventDefault();
  });
})();
