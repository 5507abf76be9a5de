/* The text field works without this. With it there are buttons for the marks, and what is pasted from Word or from a
   page keeps its headings, lists, tables, links and bold words. */
(function () {
  "use strict";
  var area = document.querySelector("#editor textarea[name=body]");
  var bar = document.getElementById("marks");
  if (!area || !bar || !window.DOMParser) return;
  var LONGEST = 4000000;
  var note = document.getElementById("autosave-note");

  /* Typed as by hand, so that it can be taken back with Ctrl+Z. */
  function put(text) {
    area.focus();
    if (document.execCommand("insertText", false, text)) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function chosen() { return area.value.slice(area.selectionStart, area.selectionEnd); }

  function eachLine(make) {
    var from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    var to = area.value.indexOf("\n", area.selectionEnd);
    area.setSelectionRange(from, to < 0 ? area.value.length : to);
    put(chosen().split("\n").map(function (line) { return line.trim() ? make(line) : line; }).join("\n"));
  }

  /* A block of its own: an empty line before and after it. */
  function putApart(text) {
    var before = area.value.slice(0, area.selectionStart).replace(/[ \t]+$/, "");
    var after = area.value.slice(area.selectionEnd);
    var open = !before || /\n\n$/.test(before) ? "" : /\n$/.test(before) ? "\n" : "\n\n";
    var close = !after || /^\n\n/.test(after) ? "" : /^\n/.test(after) ? "\n" : "\n\n";
    put(open + text + close);
  }

  var acts = {
    heading: function () { eachLine(function (line) { return "## " + line.replace(/^#+\s*/, ""); }); },
    list: function () { eachLine(function (line) { return /^- /.test(line) ? line : "- " + line; }); },
    bold: function () {
      var words = chosen() || "加粗的字";
      var at = area.selectionStart;
      put("**" + words + "**");
      area.setSelectionRange(at + 2, at + 2 + words.length);
    },
    link: function () {
      var words = chosen();
      var isAddress = /^https?:\/\/\S+$/.test(words);
      var text = "[" + (isAddress ? "链接文字" : words || "链接文字") + "](" + (isAddress ? words : "https://") + ")";
      var at = area.selectionStart;
      put(text);
      var end = at + text.length - 1;
      if (isAddress) area.setSelectionRange(at + 1, at + 5); else area.setSelectionRange(end, end);
    },
    table: function () { putApart("| 项目 | 内容 |\n| --- | --- |\n|  |  |"); }
  };

  area.parentNode.insertBefore(bar, area);
  bar.hidden = false;
  bar.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-mark]");
    if (button) acts[button.dataset.mark]();
  });

  /* What another program gives as HTML, as our marks. The document it is parsed into never runs or loads anything. */
  function marked(html) {
    var out = [];
    gather(new DOMParser().parseFromString(html, "text/html").body, out);
    return out.join("\n\n").replace(/\n{3,}/g, "\n\n");
  }

  var BLOCKS = "p,div,section,article,header,footer,main,blockquote,ul,ol,table,h1,h2,h3,h4,h5,h6,figure,pre";
  var NOT_SHOWN = "script,style,template,meta,link,title,head,noscript,svg,object,iframe";

  function gather(node, out) {
    Array.prototype.forEach.call(node.childNodes, function (child) {
      if (child.nodeType === 3) { say(inline(child), out); return; }
      if (child.nodeType !== 1 || child.matches(NOT_SHOWN)) return;
      var name = child.localName;
      if (/^h[1-6]$/.test(name)) say("#".repeat(Math.min(+name[1], 3)) + " " + inline(child).trim().replace(/\n/g, " "), out);
      else if (name === "ul" || name === "ol") list(child, out);
      else if (name === "table" && child.rows.length) table(child, out);
      else if (child.querySelector(BLOCKS)) gather(child, out);
      else say(inline(child), out);
    });
  }

  function say(text, out) {
    text = text.replace(/[ \t]*\n[ \t]*/g, "\n").trim();
    if (text && !/^#+$/.test(text)) out.push(text);
  }

  function inline(node) {
    if (node.nodeType === 3) return node.nodeValue.replace(/[\s\u00a0]+/g, " ").replace(/([\\*`])/g, "\\$1");
    if (node.nodeType !== 1 || node.matches(NOT_SHOWN)) return "";
    if (node.localName === "br") return "\n";
    var inside = Array.prototype.map.call(node.childNodes, inline).join("");
    var words = inside.trim();
    if (!words) return inside;
    var weight = node.style && node.style.fontWeight;
    if ((/^(b|strong)$/.test(node.localName) && weight !== "normal") || weight === "bold" || +weight >= 600) {
      if (!/^\*\*[^]*\*\*$/.test(words)) return inside.replace(words, function () { return "**" + words.replace(/\n/g, "") + "**"; });
    }
    var href = node.localName === "a" && node.getAttribute("href");
    if (href && /^(https?:|mailto:)[^\s()<>]+$/i.test(href)) return "[" + words.replace(/[\[\]\n]/g, "") + "](" + href + ")";
    return inside;
  }

  function list(node, out) {
    var items = [];
    Array.prototype.forEach.call(node.children, function (item, at) {
      var parts = [];
      gather(item, parts);
      var sign = node.localName === "ol" ? at + 1 + ". " : "- ";
      if (parts.length) items.push(sign + parts.join(" ").replace(/\n/g, " "));
    });
    if (items.length) out.push(items.join(node.localName === "ol" ? "\n\n" : "\n"));
  }

  /* Cells that span others stand in each place that they cover: a table of ours has no spans. */
  function table(node, out) {
    var grid = [];
    Array.prototype.forEach.call(node.rows, function (row, y) {
      var x = 0;
      grid[y] = grid[y] || [];
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (grid[y][x] !== undefined) x += 1;
        var text = inline(cell).replace(/\s+/g, " ").trim().replace(/\|/g, "\\|");
        var down = Math.min(cell.rowSpan || 1, node.rows.length - y);
        var across = Math.min(cell.colSpan || 1, 60);
        for (var dy = 0; dy < down; dy += 1) {
          grid[y + dy] = grid[y + dy] || [];
          for (var dx = 0; dx < across; dx += 1) grid[y + dy][x + dx] = text;
        }
        x += across;
      });
    });
    var width = Math.max.apply(null, grid.map(function (row) { return row.length; }));
    var lines = grid.map(function (row) {
      var cells = [];
      for (var x = 0; x < width; x += 1) cells.push(row[x] || "");
      return "| " + cells.join(" | ") + " |";
    });
    lines.splice(1, 0, "|" + " --- |".repeat(width));
    out.push(lines.join("\n"));
  }

  area.addEventListener("paste", function (event) {
    var html = event.clipboardData && event.clipboardData.getData("text/html");
    if (!html || html.length > LONGEST || !/<(table|h[1-6]|li|b|strong|a|p|div)[\s>]/i.test(html)) return;
    var text = marked(html);
    if (!text) return;
    event.preventDefault();
    if (/\n\n|^[#|-]/.test(text)) putApart(text); else put(text);
    if (note && /<img[\s>]/i.test(html)) note.textContent = "文字已粘贴；图片没有带过来，请在“附件和题图”里添加";
  });
})();
